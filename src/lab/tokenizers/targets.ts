/** Which tokens of a text belong to which of its parts. */
import type { Part } from '../corpus/document.ts';
import type { Span } from './aligned-text.ts';

/** 1 for each span that shares a character with a target part, else 0. Spans are in order, as `Tokenise` gives them. */
export function targetsOf(spans: readonly Span[], parts: readonly Part[]): number[] {
  const ranges = targetRanges(parts);
  let next = 0;
  return spans.map(({ start, end }) => {
    while (next < ranges.length && ranges[next].end <= start) next++;
    return next < ranges.length && start < end && ranges[next].start < end ? 1 : 0;
  });
}

/**
 * The part of each span: the first named one that it shares a character with, else the first of any kind; null for
 * one without characters.
 */
export function partsOf(spans: readonly Span[], parts: readonly Part[]): (number | null)[] {
  const ranges = rangesOf(parts);
  return spans.map((span) => {
    const shared = ranges.filter(({ start, end }) => start < span.end && span.start < end);
    const named = shared.find(({ part }) => parts[part].role !== 'text');
    return (named ?? shared[0])?.part ?? null;
  });
}

function targetRanges(parts: readonly Part[]): Span[] {
  return rangesOf(parts).filter(({ part }) => parts[part].target);
}

/** Where parts lie in their text; those without characters lie nowhere. */
function rangesOf(parts: readonly Part[]): (Span & { part: number })[] {
  let start = 0;
  return parts.flatMap(({ text }, part) => {
    const range = { part, start, end: start + text.length };
    start = range.end;
    return text === '' ? [] : [range];
  });
}
