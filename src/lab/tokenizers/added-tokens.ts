/**
 * Added tokens (`<|endoftext|>`, `<s>`, runs of spaces) are cut out of a text before anything else: those that are
 * not normalised from the text as it stands, then the others from each normalised section. Python's `tokenizers`
 * does the same; the library knows no `single_word` and mixes the two where there is no normaliser.
 */
import { sliceOf, unchanged, type AlignedText } from './aligned-text.ts';
import type { Normalizer } from './normalizer.ts';

export interface AddedToken {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

/** A section of a text: one added token, or what lies between two (`id` null), normalised. */
interface Section {
  id: number | null;
  text: AlignedText;
}

/** Cuts a text into sections; none is empty. */
export type Sectioner = (text: string) => Section[];

/** Cuts texts at these tokens and normalises what lies between them. */
export function createSectioner(tokens: readonly AddedToken[], normalize: Normalizer): Sectioner {
  const asWritten = (token: AddedToken) => token.content;
  const asNormalized = (token: AddedToken) => normalize(unchanged(token.content)).text;
  const first = createCutter(
    tokens.filter(({ normalized }) => !normalized),
    asWritten,
  );
  const second = createCutter(
    tokens.filter(({ normalized }) => normalized),
    asNormalized,
  );
  return (text) =>
    first(unchanged(text)).flatMap((section) =>
      section.id === null ? second(normalize(section.text)) : [section],
    );
}

type Cutter = (text: AlignedText) => Section[];

function createCutter(tokens: readonly AddedToken[], write: (token: AddedToken) => string): Cutter {
  const known = new Map(tokens.map((token) => [write(token), token]));
  known.delete('');
  // The leftmost match, and of those the longest.
  const written = [...known.keys()].sort((a, b) => b.length - a.length);
  if (written.length === 0) return (text) => between(text, 0, text.text.length);
  const pattern = new RegExp(
    written.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)).join('|'),
    'gu',
  );
  return (text) => cut(text, pattern, known);
}

function cut(aligned: AlignedText, pattern: RegExp, known: ReadonlyMap<string, AddedToken>): Section[] {
  const { text } = aligned;
  const sections: Section[] = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const token = known.get(found);
    const range = token && rangeOf(text, token, index, index + found.length);
    if (!range) continue;
    const from = Math.max(range.from, done);
    sections.push(...between(aligned, done, from), { id: token.id, text: sliceOf(aligned, from, range.to) });
    done = range.to;
  }
  sections.push(...between(aligned, done, text.length));
  return sections;
}

/** What a token takes of the text: with the white space that it strips. Null where it is a part of a word and may not be. */
function rangeOf(
  text: string,
  token: AddedToken,
  from: number,
  to: number,
): { from: number; to: number } | null {
  const [before, after] = [text.slice(0, from), text.slice(to)];
  if (
    token.single_word &&
    (/[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_C}]$/u.test(before) ||
      /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_C}]/u.test(after))
  )
    return null;
  const left = token.lstrip ? (/\p{White_Space}+$/u.exec(before)?.[0].length ?? 0) : 0;
  const right = token.rstrip ? (/^\p{White_Space}+/u.exec(after)?.[0].length ?? 0) : 0;
  return { from: from - left, to: to + right };
}

function between(text: AlignedText, from: number, to: number): Section[] {
  return to > from ? [{ id: null, text: sliceOf(text, from, to) }] : [];
}
