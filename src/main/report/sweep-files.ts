/** The files that are made from a sweep: a figure per effect, and its numbers. */
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { safeCell } from '#shared/plain-text.ts';
import type { SweepValue } from '#shared/sweep.ts';
import type { SweepRecord } from '#shared/records.ts';
import { cellPValues, SWEEP_EFFECTS, type SweepPoint } from '#shared/stats/sweep.ts';
import { writeWhole } from '../files.ts';
import { sweepFigure } from '../figures/effects.ts';
import { pageSvg } from './page-figure.ts';

/** Numbers and truth values as they are; what else a field holds as harmless text. */
function csvValue(value: SweepValue): unknown {
  if (typeof value === 'string') return safeCell(value);
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

/** One row per combination and effect that was measured; shares, not points. */
export function sweepCsv({ spec }: SweepRecord, points: readonly SweepPoint[]): string {
  const fields = Object.keys(spec.over);
  const pValues = cellPValues(points);
  const rows = points.flatMap(({ experiment, cell, effects }, i) =>
    SWEEP_EFFECTS.flatMap((effect) => {
      const found = effects.effects[effect];
      if (!found) return [];
      const { mean, low, high, n, p } = found;
      const p_holm = pValues[i][effect].p;
      const values = Object.fromEntries(fields.map((field) => [field, csvValue(cell[field])]));
      return [{ ...values, experiment, effect, mean, low, high, n, p, p_holm }];
    }),
  );
  const columns = [...fields, 'experiment', 'effect', 'mean', 'low', 'high', 'n', 'p', 'p_holm'];
  return stringify(rows, {
    header: true,
    columns: columns.map((key) => ({ key: [key] as never, header: key })),
  });
}

/**
 * Writes the figures and the numbers of a sweep.
 * @param database its path; by default the files go beside it
 * @returns the paths written
 * @throws UserError `file.write`
 */
export function writeSweepFiles(
  database: string,
  sweep: SweepRecord,
  points: readonly SweepPoint[],
  out: string | undefined,
): string[] {
  const folder = resolve(out ?? join(dirname(resolve(database)), 'reports', `sweep-${sweep.id}`));
  const figures = SWEEP_EFFECTS.flatMap((effect): [name: string, text: string][] => {
    const figure = sweepFigure(sweep.name, sweep.spec, points, effect);
    return figure ? [[`${effect}-effect.svg`, pageSvg(figure)]] : [];
  });
  const files = [...figures, ['sweep.csv', sweepCsv(sweep, points)]];
  return files.map(([name, text]) => {
    const file = join(folder, name);
    writeWhole(file, text);
    return file;
  });
}
