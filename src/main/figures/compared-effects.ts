/** The effects of a comparison below each other: of experiments, or of groups with their experiments as open marks. */
import { distinctNames, tellingNames } from '#shared/distinct-names.ts';
import { experimentInk, experimentMark } from '#shared/experiment-colours.ts';
import type { Contrast } from '#shared/stats/contrast.ts';
import { mean } from '#shared/stats/describe.ts';
import { differencesBetween } from '#shared/stats/effects.ts';
import type { ComparisonInput } from '../report/comparison/input.ts';
import { overSide, type Side } from '../report/comparison/sides.ts';
import { forestNotes, forestPanels } from './effects.ts';
import type { PaperFigure, Panel, Shown, Spot } from './model.ts';
import { overOf } from './over.ts';

type Compared = Pick<ComparisonInput, 'compared' | 'sides' | 'contrasts' | 'measured'>;

/** No panel where no finished run measured any of the effects. */
export function comparedEffects({ compared, sides, contrasts, measured }: Compared): Shown {
  const names = distinctNames(sides.map(({ name }) => name));
  const nameOf = namerOf(compared.map(({ experiment }) => experiment));
  const panels = forestPanels(measured, names, (contrast, side) =>
    singlesIn(sides[side]!, contrasts[contrast]!, nameOf),
  );
  return {
    panels,
    notes: [...groupNotes(sides), ...singleNotes(panels), ...forestNotes(measured, contrasts)],
  };
}

/** The same as a figure; nothing where there is no panel. */
export function effectsFigure(input: Compared): PaperFigure | null {
  const { panels, notes } = comparedEffects(input);
  if (panels.length === 0) return null;
  const names = input.sides.map(({ name }) => name).join(', ');
  return { title: `${names}: effects`, panels, notes: [...overOf(panels), ...notes] };
}

/** Names of experiments with their numbers. */
export function namerOf(experiments: readonly { id: number; name: string }[]): (id: number) => string {
  const names = tellingNames(experiments.map(({ name }) => name));
  return (of) => `${names[experiments.findIndex(({ id }) => id === of)]} (#${of})`;
}

/** The experiments of a group, one by one; nothing of one alone, which is its group. */
function singlesIn(
  { experiments, runs, metric }: Side,
  contrast: Contrast,
  nameOf: (id: number) => string,
): Spot['singles'] {
  if (experiments.length < 2) return undefined;
  return experiments.flatMap(({ id }) => {
    const own = runs.filter(({ run }) => run.experiment === id);
    const differences = differencesBetween(own, contrast, metric).map(({ difference }) => difference);
    if (differences.length === 0) return [];
    const value = mean(differences);
    return [{ name: nameOf(id), value, colour: experimentInk(id), mark: experimentMark(id) }];
  });
}

/** What open marks are, where there are some. */
export function singleNotes(panels: readonly Panel[]): string[] {
  const drawn = panels.some(
    (panel) =>
      (panel.kind === 'forest' && panel.rows.some(hasSingles)) ||
      (panel.kind === 'lines' && panel.series.some(({ points }) => points.some(hasSingles))),
  );
  return drawn ? ['Open marks: the mean of each experiment of a group'] : [];
}

const hasSingles = ({ singles = [] }: Spot) => singles.length > 0;

export const GROUPED_NOTE = 'A seed’s runs in several experiments of a group are averaged first';

/** What each group is over, in small print. */
export function groupNotes(sides: readonly Side[]): string[] {
  const groups = sides.filter(({ over }) => over !== undefined);
  if (groups.length === 0) return [];
  const counts = new Set(groups.map(overSide));
  const over =
    counts.size === 1
      ? [`each group: ${[...counts][0]}`]
      : groups.map((side) => `${side.name}: ${overSide(side)}`);
  return [`${GROUPED_NOTE}; ${over.join('; ')}`];
}
