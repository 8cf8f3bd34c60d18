/** Several experiments as figures: one each on shared axes, or all in one, told apart by their dashes. */
import { max } from 'd3-array';
import { isShare } from '#shared/metrics.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { drawnScale } from '#shared/metrics.ts';
import { alignCurves, countWithinStages, sameStages, sharedStages } from './align-stages.ts';
import type { CurveLine } from './behind-lines.ts';
import type { ChartColours, LineConfig } from './chart.ts';
import { describeCurves, learningCurveConfig, type CurveLook, type DrawnCurves } from './learning-curves.ts';

/** Curves under a name, in the colour that tells them from others where subsets do not. */
export interface NamedCurves {
  /** Tells figures apart; experiments may share a name. */
  id: string;
  name: string;
  /** What the mean is over, where that needs saying. */
  over: string | null;
  curves: DrawnCurves;
  /** All subsets that were measured, drawn or not. */
  measured: readonly TestSubset[];
  colour: (dark: boolean) => string;
}

export interface ComparisonLook {
  layout: 'beside' | 'overlay';
  chosen: ReadonlySet<TestSubset>;
  dark: boolean;
  /** What colours tell apart in an overlay; dashes tell the other. */
  paint: 'subsets' | 'experiments';
  /** Whether each stage begins at the same place in an overlay, or epochs are counted through. */
  align: 'stages' | 'epochs';
  smooth: number;
  log: boolean;
  zoom: CurveLook['zoom'];
  chanceNamed?: boolean;
}

export interface Figure {
  /** Tells figures apart; experiments may share a name. */
  id: string;
  title: string;
  description: string;
  /** Nothing has been evaluated yet. */
  empty: boolean;
  /** Whose colours the lines have, where they are of experiments. */
  legend: { name: string; colour: string }[];
  /** What the mean is over, where that needs saying. */
  over: string | null;
  config: (colours: ChartColours) => LineConfig;
}

/** Solid, dashed, dotted, …: the colour already says which subset it is. */
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4], [1, 5]];

const DASH_WORDS = ['solid', 'dashed', 'dotted', 'dash-dot', 'long dashes', 'sparse dots'];

/** The figures of a comparison. Experiments of different metrics share neither axes nor a figure. */
export function comparisonFigures(lines: readonly NamedCurves[], look: ComparisonLook): Figure[] {
  const groups = [...Map.groupBy(lines, ({ curves }) => curves.metric).values()];
  // Limits of one unit say nothing about another.
  const zoom = groups.length === 1 ? look.zoom : null;
  return groups.flatMap((group) => figuresOf(group, { ...look, zoom }));
}

/** Those of one metric. */
function figuresOf(lines: readonly NamedCurves[], look: ComparisonLook): Figure[] {
  const shared = sharedLook(lines, look);
  return look.layout === 'overlay'
    ? [overlay(lines, look, shared)]
    : lines.map(({ id, name, over, curves, measured }) => ({
        ...{ id, over, legend: [], title: name },
        description: `${name}. ${describeCurves(curves)}`,
        empty: measured.length === 0,
        config: (colours) => learningCurveConfig(curves, shared, colours),
      }));
}

/** Limits that fit every experiment. */
function sharedLook(lines: readonly NamedCurves[], look: ComparisonLook): CurveLook {
  const replies = lines.map(({ curves }) => curves);
  const metric = replies[0]?.metric ?? 'exact_match';
  const highest = max(replies, ({ curves }) =>
    max(curves, ({ subset, points }) =>
      look.chosen.has(subset) ? max(points, ({ mean, high }) => high ?? mean) : 0,
    ),
  );
  return {
    dark: look.dark,
    hidden: new Set(TEST_SUBSETS.filter((subset) => !look.chosen.has(subset))),
    focus: null,
    // No share is above 100 %, so no axis is.
    yMax:
      Math.min(isShare(metric) ? 100 : Infinity, Math.max(0, highest ?? 0) * drawnScale(metric) * 1.04) ||
      undefined,
    xMax: Math.max(0, ...replies.map(({ stages }) => stages.at(-1)?.to ?? 0)) || undefined,
    compact: true,
    chanceNamed: look.chanceNamed,
    smooth: look.smooth,
    // A share may be 0, which has no place on such an axis.
    log: look.log && !isShare(metric),
    zoom: look.zoom,
  };
}

function overlay(lines: readonly NamedCurves[], look: ComparisonLook, shared: CurveLook): Figure {
  const painted = look.paint === 'experiments';
  const dash = (i: number) => (painted ? '' : ` (${DASH_WORDS[i % DASH_WORDS.length]})`);
  return {
    id: `overlay ${lines[0]?.curves.metric}`,
    title: lines.map(({ name }, i) => `${name}${dash(i)}`).join(' · '),
    over: overAll(lines),
    legend: painted ? lines.map(({ name, colour }) => ({ name, colour: colour(look.dark) })) : [],
    description: lines.map(({ name, curves }) => `${name}: ${describeCurves(curves)}`).join(' '),
    empty: lines.every(({ measured }) => measured.length === 0),
    config: (colours) => {
      const configs = onOneAxis(lines, look, shared, colours);
      const datasets = configs.flatMap(({ data }, i) =>
        data.datasets.map((line) => overlaid(line, i, lines[i]!.name, look)),
      );
      return { ...configs[0]!, data: { datasets } };
    },
  };
}

/** What each line is over, said once where it is the same for all. */
function overAll(lines: readonly NamedCurves[]): string | null {
  const said = lines.filter(({ over }) => over !== null);
  if (said.length === 0) return null;
  if (new Set(said.map(({ over }) => over)).size === 1) return `each of ${said[0]!.over}`;
  return said.map(({ name, over }) => `${name}: ${over}`).join('; ');
}

/** A line among those of other experiments: with its name, and the dashes that colours leave to tell. */
function overlaid(
  line: CurveLine,
  index: number,
  name: string,
  { paint, chosen }: ComparisonLook,
): CurveLine {
  if (!line.label) return line;
  const place = paint === 'subsets' || !line.subset ? index : [...chosen].indexOf(line.subset);
  const dashes = DASHES[place % DASHES.length]!;
  return {
    ...line,
    label: `${line.label} · ${name}`,
    ...(dashes.length > 0 ? { borderDash: dashes } : {}),
  };
}

/** On shared stages where those of the experiments differ: else one's marks would stand in another's curve. */
function onOneAxis(
  lines: readonly NamedCurves[],
  look: ComparisonLook,
  shared: CurveLook,
  colours: ChartColours,
): LineConfig[] {
  const replies = lines.map(({ curves }) => curves);
  const lookOf = (i: number): CurveLook =>
    look.paint === 'experiments' ? { ...shared, colour: lines[i]!.colour(look.dark) } : shared;
  if (sameStages(replies)) return replies.map((reply, i) => learningCurveConfig(reply, lookOf(i), colours));
  if (look.align === 'epochs')
    // No mark of a stage would be true for all of them.
    return replies.map((reply, i) => learningCurveConfig(reply, { ...lookOf(i), unmarked: true }, colours));
  const stages = sharedStages(replies);
  return replies.map((reply, i) => {
    const wide = { ...lookOf(i), xMax: stages.at(-1)?.to };
    return countWithinStages(learningCurveConfig(alignCurves(reply, stages), wide, colours), stages);
  });
}
