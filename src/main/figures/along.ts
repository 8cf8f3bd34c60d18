/** Effects along the values of a column, for paper: a panel for each effect. */
import type { EffectsAlong } from '#shared/api/analysis.ts';
import { plural } from '#shared/counting.ts';
import { spacedBy } from '#shared/stats/sweep.ts';
import { alongPanel, contrastNotes, valueNotes } from './effects.ts';
import type { LinePanel } from './model.ts';

interface Look {
  /** Whether the axis is logarithmic where it would not be by itself, or the other way round. */
  switched: boolean;
  /** Of an experiment. */
  nameOf: (id: number) => string;
}

/** Nothing of an effect that no experiment measured. */
export function alongPanels(
  { series, values, column }: EffectsAlong,
  { switched, nameOf }: Look,
): LinePanel[] {
  const kind = spacedBy(values, switched);
  return [...Map.groupBy(series, ({ effect }) => effect).values()].map((of) =>
    alongPanel(of[0]!.title, of, { title: column.label, values, kind, nameOf }),
  );
}

/** What is subtracted from what, which way is up, what codes mean, and what was left out. */
export function alongNotes({ series, values, column, contrasts, metric, without }: EffectsAlong): string[] {
  const there = contrasts.filter(({ id }) => series.some(({ effect }) => effect === id));
  const left = plural(without.length, 'experiment');
  return [
    ...contrastNotes(there, [metric]),
    ...valueNotes(column.id, values),
    ...(without.length > 0 ? [`Left out, without a value or a finished run that measured it: ${left}`] : []),
  ];
}
