/**
 * How a comparison is looked at, and how that stands in its address: `#/compare/1,2,3?base=2&by=alpha&log=1`.
 */
import { z } from 'zod';
import { METRIC_IDS } from '#shared/metrics.ts';
import { METRIC_TESTS } from '#shared/records.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { PLANNED_TESTS } from '#shared/stats/planned-tests.ts';
import { contrastNamed } from '#shared/stats/contrast.ts';
import { brushesOf, brushText, type Brush } from '#shared/table/brush.ts';
import { OPENED } from './compare-asked.ts';
import { linkLook, type LookOf } from './link-look.ts';
import { linesParts } from './lines-parts.ts';
import {
  column,
  columnOrNone,
  numberOrNone,
  oneOf,
  oneOrNone,
  onOrOff,
  several,
  type LinkPart,
} from './link-parts.ts';

const subset = z.enum(TEST_SUBSETS as [TestSubset, ...TestSubset[]]);
const contrast = z.string().transform((text) => contrastNamed(text).id);
const EFFECTS =
  'iml, stage1, or two subsets as in d1consis-d3consis and qd1consis-q@stage1, with /association for another test';

const brush: LinkPart<Brush[]> = {
  ...{ key: 'brush', first: [], takes: 'stretches and names, as in alpha:0.2..0.8;order=tve,vet' },
  read: brushesOf,
  write: brushText,
};

/** All that can be chosen of a comparison. */
const PARTS = {
  /** Number of the experiment that the others are compared with; null is the first. */
  base: numberOrNone('base', z.int().positive(), 'the number of an experiment'),
  /** Columns whose values experiments are grouped by; none is not. */
  by: several('by', column, { first: [], takes: 'columns such as alpha', most: 2 }),
  subsets: several('subsets', subset, {
    first: OPENED.subsets,
    takes: `subsets (${TEST_SUBSETS.join(', ')})`,
  }),
  /** Null is the headline of each. */
  metric: oneOrNone('metric', METRIC_IDS),
  tests: several('tests', z.enum(METRIC_TESTS), {
    ...{ first: OPENED.tests, takes: `tests (${METRIC_TESTS.join(', ')})` },
  }),
  /** Contrasts, as `contrastNamed` reads them. */
  effects: several('effects', contrast, { first: OPENED.effects, takes: EFFECTS, most: 20 }),
  /** What is too small to matter, in the metric's unit. */
  margin: numberOrNone('margin', z.number().positive(), 'a number above 0, of a share as a fraction'),
  /** The test that seeds are planned for. */
  planned: oneOf('plan', PLANNED_TESTS, 't'),
  /** When the numbers of the table are from. */
  moment: oneOf('at', ['stage1', 'stage2'], 'stage2'),
  layout: oneOf('layout', ['beside', 'overlay'], 'beside'),
  /** What colours tell apart in an overlay. */
  paint: oneOf('paint', ['subsets', 'experiments'], 'subsets'),
  /** Whether each stage begins at the same place in an overlay, or epochs are counted through. */
  align: oneOf('align', ['stages', 'epochs'], 'stages'),
  /** Whether the experiments of each group are shown by themselves, too. */
  alone: onOrOff('alone', false),
  /** Single runs behind their mean. */
  traces: onOrOff('traces', true),
  ...linesParts(),
  /** Along which effects are drawn, and what tells their lines apart. */
  along: columnOrNone('along'),
  lines: columnOrNone('lines'),
  /** What points and lines of scatter and parallel axes are. */
  points: oneOf('points', ['experiments', 'runs'], 'experiments'),
  x: columnOrNone('x'),
  y: columnOrNone('y'),
  /** Columns whose axis is logarithmic where it would not be by itself, or the other way round. */
  logs: several('logs', column, { first: [], takes: 'columns such as training.stage2.lr' }),
  axes: several('axes', column, { first: [], takes: 'columns such as alpha', most: 12 }),
  brush,
} as const;

const LOOK = linkLook(PARTS, 'a comparison');
export type CompareLook = LookOf<typeof PARTS>;
export const { first: FIRST_LOOK, read: readLook, write: writeLook } = LOOK;
export const COMPARE_LOOK = LOOK;
