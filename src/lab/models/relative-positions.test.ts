import { expect, it } from 'vitest';
import { bucketOf } from './relative-positions.ts';

/** Distances on both sides of edges, and what transformers 5.24 (T5Attention) puts them into. */
const DISTANCES = [
  ...[-300, -128, -127, -91, -64, -46, -33, -32, -16, -15, -8, -7, -1, 0],
  ...[1, 7, 8, 11, 12, 16, 23, 32, 45, 46, 64, 90, 91, 128, 300],
];
const BOTH_WAYS = [
  ...[15, 15, 15, 15, 14, 13, 12, 12, 10, 9, 8, 7, 1, 0],
  ...[17, 23, 24, 24, 25, 26, 27, 28, 28, 29, 30, 30, 31, 31, 31],
];
const BACKWARDS = [
  ...[31, 31, 31, 29, 26, 24, 21, 21, 16, 15, 8, 7, 1, 0],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
];

it.each([
  [true, BOTH_WAYS],
  [false, BACKWARDS],
])('distances fall into the buckets of T5, both ways: %s', (bothWays, expected) => {
  const buckets = { count: 32, furthest: 128, bothWays };
  expect(DISTANCES.map((distance) => bucketOf(distance, buckets))).toEqual(expected);
});
