/** Colours of experiments, for every eye: simulated as culori does, after Machado, Oliveira & Fernandes 2009. */
import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
  wcagContrast,
  type Color,
} from 'culori';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { experimentMark } from '#shared/experiment-colours.ts';
import { experimentColour } from './colours.ts';

const EYES: Record<string, (colour: Color) => Color> = {
  'all cones': (colour) => colour,
  'no long cones': (colour) => filterDeficiencyProt(1)(colour)!,
  'no medium cones': (colour) => filterDeficiencyDeuter(1)(colour)!,
  'no short cones': (colour) => filterDeficiencyTrit(1)(colour)!,
};
const difference = differenceCiede2000();
const IDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each([
  ['light', false, '#ffffff'],
  ['dark', true, '#1b1e23'],
])('colours of eight experiments on a %s page', (_, dark, page) => {
  const colours = IDS.map((id) => experimentColour(id, dark));

  it.each(Object.entries(EYES))('are told apart by eyes with %s', (_name, seen) => {
    const shown = colours.map((colour) => seen(parse(colour)!));
    const pairs = shown.flatMap((a, i) => shown.slice(i + 1).map((b) => difference(a, b)));
    // 2 is the least that is seen side by side.
    expect(Math.min(...pairs)).toBeGreaterThan(10);
  });

  it('stand out from the page by 3 to 1', () => {
    for (const colour of colours) expect(wcagContrast(colour, page)).toBeGreaterThanOrEqual(3);
  });
});

it('colour and mark are those of the number alone, and of 32 in a row no two have both', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (from) => {
      const looks = Array.from({ length: 32 }, (_, i) => from + i).map(
        (id) => `${experimentColour(id, false)} ${experimentMark(id)}`,
      );
      expect(new Set(looks).size).toBe(32);
    }),
  );
  expect(experimentColour(9, false)).toBe(experimentColour(1, false));
  expect(experimentMark(9)).not.toBe(experimentMark(1));
});
