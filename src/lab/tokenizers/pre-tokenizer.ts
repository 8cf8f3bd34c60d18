/**
 * How a text is cut before its pieces become tokens. The library does it, from steps said in other words where it
 * would differ from Python's `tokenizers`: JavaScript's `\s`, `\d` and `\w` are not Unicode's, some ways to split
 * are missing.
 */
import { fieldsOf, flatSteps, Unsupported, type Pattern, type Step } from './steps.ts';

const WORD = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]`;
/** GPT-2's pattern, in Oniguruma's words: so its `\s` is translated. */
const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/**
 * The steps for the library to follow.
 * @throws Unsupported for a kind, or a way to split, that is not known
 */
export function asInPython(step: Step | null): Step | null {
  // Each makes up to two characters of one: a few dozen of them would fill any memory.
  const bytes = [...flatSteps(step, 'pretokenizers')].filter(({ type }) => type === 'ByteLevel').length;
  if (bytes > 1) throw new Unsupported('pre_tokenizer', `ByteLevel ${bytes} times`);
  return said(step);
}

function said(step: Step | null): Step | null {
  if (step === null) return null;
  const say = KINDS[step.type];
  if (!say) throw new Unsupported('pre_tokenizer', step.type);
  return say(step);
}

const KINDS: Record<string, ((step: Step) => Step) | undefined> = {
  Sequence: (step) => sequence(fieldsOf(step).steps('pretokenizers').map(asStep)),
  ByteLevel: byteLevel,
  Digits: ({ individual_digits: single }) => split(single === true ? String.raw`\p{N}` : String.raw`\p{N}+`),
  Whitespace: () => splitBy(`${WORD}+|[^\\s${WORD.slice(1)}+`, 'Removed', true),
  WhitespaceSplit: () => splitBy(String.raw`\s+`, 'Removed', false),
  CharDelimiterSplit: (step) => splitBy(escaped(fieldsOf(step).text('delimiter')), 'Removed', false),
  Metaspace: metaspace,
  Split: (step) =>
    splitBy(regexOf(fieldsOf(step).pattern()), fieldsOf(step).text('behavior'), step.invert === true),
};

function asStep(step: Step): Step {
  return said(step) ?? step;
}

function sequence(pretokenizers: Step[]): Step {
  return { type: 'Sequence', pretokenizers };
}

/** Matches and what lies between them are pieces. */
function split(regex: string): Step {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
}

function byteLevel(step: Step): Step {
  const prefix = { type: 'Replace', pattern: { Regex: String.raw`\A[^ ]` }, content: ' $&' };
  const bytes = { ...step, add_prefix_space: false, use_regex: false };
  return sequence([
    ...(step.add_prefix_space === true ? [prefix] : []),
    ...(step.use_regex === false ? [] : [split(GPT2)]),
    bytes,
  ]);
}

/** The library never splits before a space, and does not know that older files say `add_prefix_space`. */
function metaspace(step: Step): Step {
  const { replacement: mark = '▁', prepend_scheme: scheme, add_prefix_space: prefix, split: splits } = step;
  if (typeof mark !== 'string') throw new Unsupported('Metaspace replacement', JSON.stringify(mark));
  const marked = {
    type: 'Metaspace',
    replacement: mark,
    prepend_scheme: scheme ?? (prefix === false ? 'never' : 'always'),
  };
  return splits === false ? marked : sequence([marked, splitBy(escaped(mark), 'MergedWithNext', false)]);
}

/** The ways to split, by pieces that the library can match. */
function splitBy(regex: string, behavior: string, invert: boolean): Step {
  const between = `(?:(?!${regex})[\\s\\S])`;
  if (behavior === 'Removed') return { type: 'Split', pattern: { Regex: regex }, behavior, invert };
  if (behavior === 'Isolated') return split(regex);
  if (behavior === 'Contiguous') return split(`(?:${regex})+`);
  if (behavior === 'MergedWithPrevious' && !invert) return split(`${between}*(?:${regex})|${between}+`);
  if (behavior === 'MergedWithNext' && !invert) return split(`(?:${regex})${between}*|${between}+`);
  throw new Unsupported('way to split', `${behavior}${invert ? ', inverted' : ''}`);
}

function regexOf({ Regex: regex, String: text }: Pattern): string {
  return regex ?? escaped(text ?? '');
}

function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N}\s]/gu, String.raw`\$&`);
}
