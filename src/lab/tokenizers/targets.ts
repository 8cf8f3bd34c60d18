/** Which tokens of a text belong to its target parts. */
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

function targetRanges(parts: readonly Part[]): Span[] {
  const ranges: Span[] = [];
  let start = 0;
  for (const { text, target } of parts) {
    const end = start + text.length;
    if (target && end > start) ranges.push({ start, end });
    start = end;
  }
  return ranges;
}
