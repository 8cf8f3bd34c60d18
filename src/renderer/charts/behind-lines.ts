/**
 * Interval bands behind lines, drawn from what a dataset carries. Chart.js would need two more datasets per line for
 * them, with an element per point: most of the work of drawing a comparison.
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

/** A line with the band around it; null for a line without one. */
export type BandedLine = ChartDataset<'line', Point[]> & {
  band?: Band | null;
  /** Whose curve it is. */
  subset?: TestSubset;
};

export const bands: Plugin<'line'> = {
  id: 'bands',
  beforeDatasetsDraw({ ctx, chartArea, data, scales }) {
    const { left, top, width, height } = chartArea;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    // As among lines, the smallest order lies on top.
    const lines = data.datasets as BandedLine[];
    for (const line of lines.toSorted((a, b) => (b.order ?? 0) - (a.order ?? 0))) fillBand(ctx, line, scales);
    ctx.restore();
  },
};

function fillBand(
  ctx: CanvasRenderingContext2D,
  { data, band }: BandedLine,
  { x, y }: Chart['scales'],
): void {
  if (!band) return;
  const across = data.map((point) => x.getPixelForValue(point.x));
  ctx.beginPath();
  for (const [i, at] of across.entries()) ctx.lineTo(at, y.getPixelForValue(band.high[i]));
  for (let i = across.length - 1; i >= 0; i--) ctx.lineTo(across[i], y.getPixelForValue(band.low[i]));
  ctx.closePath();
  ctx.fillStyle = band.colour;
  ctx.fill();
}
