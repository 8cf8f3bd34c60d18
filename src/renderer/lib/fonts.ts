/** Fonts before the first text is laid out, which would otherwise be laid out twice, first in a font to be searched for. */

import { SUBSETS } from '#shared/subsets.ts';
import { atMost } from './at-most.ts';

const FONT = "14px 'Inter Variable'";

/** Milliseconds that a text waits for its font. */
const PATIENCE = 100;

/** A page whose font cannot be had shows the system's. */
const load = (text: string) => document.fonts.load(FONT, text).catch(() => []);

/** The font of most texts; the page has it on its way already. */
export function loadFont(): Promise<unknown> {
  return atMost(PATIENCE, load('Credence'));
}

/** Truthfulness, differences, rates and the like. */
const GREEK = 'αβΔλ';

/**
 * Letters of the subsets' notation and Greek ones come in files of their own, and some from other fonts, which takes a
 * search: figures and tables that have them would be laid out again when those are there.
 */
export async function loadNotation(): Promise<void> {
  const notation = [...Object.values(SUBSETS).map((subset) => subset.notation), GREEK];
  await load(notation.join(''));
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return;
  context.font = FONT;
  for (const text of notation) context.measureText(text);
}
