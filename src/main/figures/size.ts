/** How wide a figure is printed, and how large its letters are. */
import { showValue, UserError } from '#shared/errors.ts';

export interface FigureSize {
  /** In points (1/72 in). */
  width: number;
  /** Size of the letters, in points. */
  font: number;
}

/** Points in each unit of length. */
const UNITS = { in: 72, mm: 72 / 25.4, cm: 72 / 2.54, pt: 72 / 72.27, bp: 1 };
type Unit = keyof typeof UNITS;

/** Widths in the usual two-column layout of conferences: one column, the whole page. */
const NAMED: Record<string, number> = { column: 3.25 * UNITS.in, page: 6.75 * UNITS.in };

/** In points: no narrower is legible, no wider is printed. */
const WIDTHS = [1.5 * UNITS.in, 17 * UNITS.in] as const;
const FONTS = [7, 14] as const;
export const USUAL_FONT = 8;

/** @throws UserError `figure.width` for anything but `column`, `page`, or a length such as `85mm` or `3.3in` */
export function parseWidth(given: string): number {
  const named = NAMED[given.trim()];
  if (named !== undefined) return named;
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(in|mm|cm|pt|bp)$/.exec(given.trim()) ?? [];
  const width = Number(number) * (UNITS[unit as Unit] ?? NaN);
  if (width >= WIDTHS[0] && width <= WIDTHS[1]) return width;
  throw new UserError(
    'figure.width',
    `width: ${showValue(given)} will not do; give column (3.25in), page (6.75in), or a length from 1.5in to 17in in ${Object.keys(UNITS).join(', ')}, such as 85mm`,
  );
}

/** @throws UserError `figure.font` outside of what is legible in print */
export function parseFont(given: string | number): number {
  const font = Number(given);
  if (String(given).trim() !== '' && font >= FONTS[0] && font <= FONTS[1]) return font;
  throw new UserError(
    'figure.font',
    `font: ${showValue(given)} will not do; give the size of the letters in points, from ${FONTS[0]} (smaller is not legible in print) to ${FONTS[1]}`,
  );
}
