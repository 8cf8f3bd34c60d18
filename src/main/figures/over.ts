/** What a figure's means and intervals are over. */
import { plural } from '#shared/counting.ts';
import type { Panel } from './model.ts';

/** `Mean and 95 % interval over 10 seeds`: small print below a figure. @param panels of a figure; points alone are over nothing */
export function overOf(panels: readonly Panel[]): string[] {
  const counts = panels.flatMap(spotsOf);
  if (counts.length === 0) return [];
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return ['One seed'];
  const seeds = least === most ? plural(most, 'seed') : `${least} to ${most} seeds`;
  const dots = panels.some(
    (panel) =>
      panel.kind === 'forest' ||
      (panel.kind === 'lines' && panel.series.some(({ points }) => points.some((point) => point.seeds))),
  );
  return [`Mean and 95 % interval over ${seeds}${dots ? '; dots are seeds' : ''}`];
}

function spotsOf(panel: Panel): number[] {
  switch (panel.kind) {
    case 'lines':
      return panel.series.flatMap(({ points }) => points.map(({ n }) => n));
    case 'forest':
      return panel.rows.map(({ n }) => n);
    case 'cells':
      return panel.cells.flat().map(({ n }) => n);
    // Points are no means of what is drawn.
    case 'points':
    case 'parallel':
      return [];
    case 'bars':
      return panel.rows.map(({ mean }) => mean.n);
  }
}
