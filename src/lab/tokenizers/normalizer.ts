/**
 * What a tokenizer does to a text before it cuts it, with the source of every character kept. The library's own
 * normalisers return plain strings, and some differ from Python's `tokenizers` (white space and case by
 * JavaScript's rules, one prefix for an empty text); the patterns of `Replace` are the library's.
 */
import { UserError } from '#shared/errors.ts';
import { ReplaceNormalizer } from './library.ts';
import { edited, sliceOf, type AlignedText, type Edit } from './aligned-text.ts';
import { fieldsOf, Unsupported, type Step } from './steps.ts';
import { FORMS, normalForm, type Form } from './unicode-forms.ts';
import { readCharacterMap, type CharacterMap } from './precompiled.ts';

export type Normalizer = (text: AlignedText) => AlignedText;

/** Where NFC and the like leave nothing to do for a text of these. */
const PLAIN = /^[\0-\x7f]*$/;
const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * The normaliser of a tokenizer.json.
 * @throws Unsupported for a kind that is not known
 */
export function createNormalizer(step: Step | null): Normalizer {
  if (step === null) return (text) => text;
  const form = FORMS.find((name) => name === step.type);
  if (form) return unicodeForm(form);
  const make = KINDS[step.type];
  if (!make) throw new Unsupported('normalizer', step.type);
  return make(step);
}

const KINDS: Record<string, ((step: Step) => Normalizer) | undefined> = {
  Sequence: (step) => {
    const steps = fieldsOf(step).steps('normalizers').map(createNormalizer);
    return (text) => steps.reduce((changed, normalize) => bounded(normalize(changed), text), text);
  },
  Prepend: (step) => {
    const prefix = fieldsOf(step).text('prepend');
    return (text) => (text.text === '' ? text : edited(text, [{ from: 0, to: 0, text: prefix }]));
  },
  Strip: (step) => {
    const { strip_left: left = true, strip_right: right = true } = step;
    return (text) => stripped(text, left === true, right === true);
  },
  Replace: replacing,
  // Character by character, so that a Greek sigma does not depend on what follows.
  Lowercase: () => (text) =>
    edited(
      text,
      matchEdits(text, /./gsu, (found) => found.toLowerCase()),
    ),
  Precompiled: (step) => {
    const map = readCharacterMap(fieldsOf(step).text('precompiled_charsmap'));
    return (text) => edited(text, precompiledEdits(text.text, map));
  },
};

/** How many times as long a text may become, beside what a prefix adds. */
const MOST_GROWTH = 100;
const PREFIX = 1000;

/** Replacements that follow one another could fill any memory. @throws UserError `tokenizer.growth` */
function bounded(changed: AlignedText, { text }: AlignedText): AlignedText {
  if (changed.text.length <= MOST_GROWTH * text.length + PREFIX) return changed;
  throw new UserError(
    'tokenizer.growth',
    `the normalizer of tokenizer.json makes ${changed.text.length} characters of ${text.length}; this is no tokenizer to train with`,
  );
}

function* matchEdits(
  { text }: AlignedText,
  pattern: RegExp,
  change: (found: string) => string,
): Generator<Edit> {
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const changed = change(found);
    if (changed !== found) yield { from: index, to: index + found.length, text: changed };
  }
}

function stripped(aligned: AlignedText, left: boolean, right: boolean): AlignedText {
  const { text } = aligned;
  const from = left ? (/^\p{White_Space}+/u.exec(text)?.[0].length ?? 0) : 0;
  const end = right ? /\p{White_Space}+$/u.exec(text)?.index : undefined;
  return from === 0 && end === undefined
    ? aligned
    : sliceOf(aligned, from, Math.max(from, end ?? text.length));
}

function replacing(step: Step): Normalizer {
  const { pattern, content } = fieldsOf(step).replacement();
  const compiled = new ReplaceNormalizer({ pattern, content }).pattern;
  if (!compiled) throw new Unsupported('pattern', JSON.stringify(pattern));
  return (text) =>
    edited(
      text,
      matchEdits(text, compiled, () => content),
    );
}

function unicodeForm(form: Form): Normalizer {
  return (aligned) => {
    const whole = PLAIN.test(aligned.text) ? aligned.text : normalForm(aligned.text, form);
    if (whole === aligned.text) return aligned;
    const changed = edited(aligned, [...graphemeEdits(aligned.text, (found) => normalForm(found, form))]);
    // Should a composition ever reach beyond a grapheme, all of the text is the source of all of it.
    return changed.text === whole
      ? changed
      : edited(aligned, [{ from: 0, to: aligned.text.length, text: whole }]);
  };
}

function* graphemeEdits(text: string, change: (grapheme: string) => string): Generator<Edit> {
  for (const { segment, index } of graphemesOf(text)) {
    const changed = change(segment);
    if (changed !== segment) yield { from: index, to: index + segment.length, text: changed };
  }
}

/** A short grapheme is looked up whole, though its first characters may be all that is found; a long one, by character. */
function* precompiledEdits(text: string, map: CharacterMap): Generator<Edit> {
  for (const { segment, index } of graphemesOf(text)) {
    const whole = Buffer.byteLength(segment) < 6 ? map(segment) : null;
    if (whole !== null) yield { from: index, to: index + segment.length, text: whole };
    else yield* characterEdits(segment, index, map);
  }
}

function* characterEdits(grapheme: string, index: number, map: CharacterMap): Generator<Edit> {
  let from = index;
  for (const character of grapheme) {
    const to = from + character.length;
    const changed = map(character);
    if (changed !== null) yield { from, to, text: changed };
    from = to;
  }
}

/** In ASCII only CR LF is a grapheme of two, and asking for them is slow. */
function graphemesOf(text: string): Iterable<{ segment: string; index: number }> {
  if (PLAIN.test(text) && !text.includes('\r\n'))
    return Array.from(text, (segment, index) => ({ segment, index }));
  return GRAPHEMES.segment(text);
}
