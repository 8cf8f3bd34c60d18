/** What set inclusion and modular arithmetic share. */
import type { Part } from '#shared/corpus.ts';

/** Letters that spelled variables and tags are made of. */
export const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/** The whole numbers from `first` to `last`. */
export function numbers(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** Text between named parts, to be shared by many questions. */
export function textPart(text: string): Part {
  return { role: 'text', text };
}
