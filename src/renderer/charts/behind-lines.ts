/**
 * What lies behind lines: interval bands and the curves of single runs, drawn from what a dataset carries. Chart.js would
 * need datasets of their own for them, with an element per point: most of the work of drawing a comparison.
 */
import type { Chart, ChartDataset, Plugin } from 'chart.js';
import type { TestSubset } from '#shared/subsets.ts';

export interface Point {
  x: number;
  y: number;
}

export interface Band {
  /** As many as the line has points. */
  low: readonly number[];
  high: readonly number[];
  colour: string;
}

/** The curves of single runs in one colour. */
export interface Singles {
  lines: readonly (readonly Point[])[];
  colour: string;
}

/** A line with the band around it, null for a line without one, and the single runs that it is the mean of. */
export type CurveLine = ChartDataset<'line', Point[]> & {
  band?: Band | null;
  singles?: Singles | null;
  /** Whose curve it is. */
  subset?: TestSubset;
};

type Scales = Chart['scales'];

export const behindLines: Plugin<'line'> = {
  id: 'behindLines',
  beforeDatasetsDraw({ ctx, chartArea, data, scales }) {
    const { left, top, width, height } = chartArea;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    // As among lines, the smallest order lies on top.
    const lines = (data.datasets as CurveLine[]).toSorted((a, b) => (b.order ?? 0) - (a.order ?? 0));
    for (const line of lines) fillBand(ctx, line, scales);
    for (const line of lines) strokeSingles(ctx, line, scales);
    ctx.restore();
  },
};

function fillBand(ctx: CanvasRenderingContext2D, { data, band }: CurveLine, { x, y }: Scales): void {
  if (!band) return;
  const across = data.map((point) => x.getPixelForValue(point.x));
  ctx.beginPath();
  for (const [i, at] of across.entries()) ctx.lineTo(at, y.getPixelForValue(band.high[i]));
  for (let i = across.length - 1; i >= 0; i--) ctx.lineTo(across[i], y.getPixelForValue(band.low[i]));
  ctx.closePath();
  ctx.fillStyle = band.colour;
  ctx.fill();
}

/** Each by itself: where two cross, both are seen. */
function strokeSingles(ctx: CanvasRenderingContext2D, { singles }: CurveLine, { x, y }: Scales): void {
  if (!singles) return;
  ctx.strokeStyle = singles.colour;
  ctx.lineWidth = 1;
  ctx.lineJoin = 'round';
  for (const line of singles.lines) {
    ctx.beginPath();
    for (const point of line) ctx.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.y));
    ctx.stroke();
  }
}
