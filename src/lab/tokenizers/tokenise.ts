/** From a text to tokens that know which characters they stand for. The library gives no positions. */
import { SequencePreTokenizer } from './library.ts';
import { sourceOf, type AlignedText, type Span } from './aligned-text.ts';
import type { Sectioner } from './added-tokens.ts';
import { BYTE_CHARACTERS } from './bytes.ts';
import type { Model } from './model.ts';
import { asInPython } from './pre-tokenizer.ts';
import { flatSteps, type Step } from './steps.ts';

/** One token; `start` and `end` count UTF-16 units of the text. */
export interface Token extends Span {
  id: number;
}

/** How pieces are written: as bytes, with a mark for spaces, or as they are. */
export type Writing = { kind: 'bytes' } | { kind: 'marked'; mark: string } | { kind: 'plain' };

/** Cuts a text into tokens whose spans go through it in order and without gaps. */
export type Tokenise = (text: string) => Token[];

export function createTokenise(sections: Sectioner, step: Step | null, model: Model): Tokenise {
  const cutSection = createSectionCutter(step, model);
  return (text) => {
    const tokens = sections(text.toWellFormed()).flatMap(({ id, text: section }) =>
      id === null ? cutSection(section) : [{ id, ...sourceOf(section, 0, section.text.length) }],
    );
    return withoutGaps(tokens, text.length);
  };
}

/** How a pre-tokeniser writes its pieces. */
export function writingOf(step: Step | null): Writing {
  const steps = [...flatSteps(step, 'pretokenizers')];
  if (steps.some(({ type }) => type === 'ByteLevel')) return { kind: 'bytes' };
  const marked = steps.find(({ type }) => type === 'Metaspace');
  if (!marked) return { kind: 'plain' };
  return { kind: 'marked', mark: typeof marked.replacement === 'string' ? marked.replacement : '▁' };
}

function createSectionCutter(step: Step | null, model: Model): (section: AlignedText) => Token[] {
  const pieces = createPieceCutter(step, model);
  const writing = writingOf(step);
  return (section) => {
    const written = write(section, writing);
    const tokens: Token[] = [];
    let at = 0;
    for (const piece of pieces(section)) {
      const found = find(written.text, piece, at);
      const cut = model.cut(piece);
      // A prefix that the text lacks takes no room in it.
      const place = (unit: number) => Math.max(found.at, found.at + unit - found.prefix);
      cut.ids.forEach((id, i) =>
        tokens.push({ id, ...sourceOf(written, place(cut.from[i]), place(cut.to[i])) }),
      );
      at = place(piece.length);
    }
    return tokens;
  };
}

function createPieceCutter(step: Step | null, model: Model): (section: AlignedText) => string[] {
  const known = asInPython(step);
  const runs = model.parts;
  if (known === null) return ({ text }) => (runs === null ? [text] : (text.match(runs) ?? []));
  const cutter = new SequencePreTokenizer({
    type: 'Sequence',
    pretokenizers: [known],
  });
  return ({ text, starts }) => {
    // The library prefixes the first section; Python's the one that begins where the text does.
    const cut = cutter.pre_tokenize_text(text, { section_index: starts[0] === 0 ? 0 : 1 });
    return runs === null ? cut : cut.flatMap((piece) => piece.match(runs) ?? []);
  };
}

/** The text as pieces write it. */
function write(section: AlignedText, writing: Writing): AlignedText {
  if (writing.kind === 'plain') return section;
  if (writing.kind === 'marked') return { ...section, text: section.text.replaceAll(' ', writing.mark) };
  const characters: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const character of section.text) {
    const { start, end } = sourceOf(section, at, at + character.length);
    for (const byte of Buffer.from(character)) {
      characters.push(BYTE_CHARACTERS[byte]);
      starts.push(start);
      ends.push(end);
    }
    at += character.length;
  }
  return { text: characters.join(''), starts, ends };
}

/**
 * Where a piece stands in the written text, from `at` on. Pre-tokenisers may put a space before a piece that the text
 * lacks, and drop white space between two.
 */
function find(text: string, piece: string, at: number): { at: number; prefix: number } {
  if (text.startsWith(piece, at)) return { at, prefix: 0 };
  const [prefix] = piece;
  const rest = piece.slice(prefix.length);
  const [whole, bare] = [text.indexOf(piece, at), rest === '' ? at : text.indexOf(rest, at)];
  if (whole >= 0 && (bare < 0 || whole < bare)) return { at: whole, prefix: 0 };
  return { at: Math.max(at, bare), prefix: prefix.length };
}

/** What normalisation dropped belongs to the token after it, at the end to the last. */
function withoutGaps(tokens: Token[], length: number): Token[] {
  let done = 0;
  for (const token of tokens) {
    if (token.start > done) token.start = done;
    done = Math.max(done, token.end);
  }
  const last = tokens.at(-1);
  if (last && done < length) last.end = length;
  return tokens;
}
