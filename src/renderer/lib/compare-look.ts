/**
 * How a comparison is looked at, and how that stands in its address: `#/compare/1,2,3?base=2&by=alpha&log=1`. What is
 * as it is at first is left out; a part that is wrong or unknown is told and left out, the others hold.
 */
import { z } from 'zod';
import { METRIC_IDS } from '#shared/metrics.ts';
import { METRIC_TESTS } from '#shared/records.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { HEADLINE_CONTRASTS, contrastNamed } from '#shared/stats/contrast.ts';
import { showValue } from '#shared/errors.ts';
import { SMOOTHING } from '../charts/smooth.ts';
import type { ZoomLimits } from '../charts/zoom.ts';
import { brushesOf, brushText, type Brush } from './brush.ts';
import {
  column,
  columnOrNone,
  numberOrNone,
  oneNumber,
  oneOf,
  oneOrNone,
  onOrOff,
  rangeOf,
  several,
  type LinkPart,
} from './link-parts.ts';

/** The subsets that curves show at first. */
const SHOWN: TestSubset[] = ['d1consis', 'd2consis', 'd3consis', 'no_qd_baseline'];

const subset = z.enum(TEST_SUBSETS as [TestSubset, ...TestSubset[]]);
const contrast = z.string().transform((text) => contrastNamed(text).id);
const EFFECTS =
  'iml, stage1, or two subsets as in d1consis-d3consis and qd1consis-q@stage1, with /association for another test';

const zoom: LinkPart<ZoomLimits | null> = {
  ...{ key: 'zoom', first: null, takes: 'a range of epochs, one of values, or both, as in 2..8,10..60' },
  read(text) {
    const [x = '', y = '', ...more] = text.split(',');
    const limits = { x: rangeOf(x), y: rangeOf(y) };
    if (more.length > 0 || (limits.x === null && limits.y === null)) throw new Error('it names no range');
    return limits;
  },
  write: (limits) => (limits ? [limits.x, limits.y].map((range) => range?.join('..') ?? '').join(',') : ''),
};

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
  subsets: several('subsets', subset, { first: SHOWN, takes: `subsets (${TEST_SUBSETS.join(', ')})` }),
  /** Null is the headline of each. */
  metric: oneOrNone('metric', METRIC_IDS),
  tests: several('tests', z.enum(METRIC_TESTS), {
    ...{ first: ['questions'], takes: `tests (${METRIC_TESTS.join(', ')})` },
  }),
  /** Contrasts, as `contrastNamed` reads them. */
  effects: several('effects', contrast, { first: HEADLINE_CONTRASTS, takes: EFFECTS, most: 20 }),
  /** What is too small to matter, in the metric's unit. */
  margin: numberOrNone('margin', z.number().positive(), 'a number above 0, of a share as a fraction'),
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
  /** Neighbouring evaluations that each point is the mean of; 1 is none but its own. */
  smooth: oneNumber('smooth', SMOOTHING, 1),
  /** Logarithmic y axis of the curves. */
  log: onOrOff('log', false),
  /** Limits of both axes of the curves; null is all that there is. */
  zoom,
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

type Value<P> = P extends LinkPart<infer T> ? T : never;
export type CompareLook = { [Key in keyof typeof PARTS]: Value<(typeof PARTS)[Key]> };

const ENTRIES = Object.entries(PARTS) as [keyof CompareLook, LinkPart<unknown>][];
const KEYS = ENTRIES.map(([, { key }]) => key);

/** Before anything is chosen. */
export const FIRST_LOOK = Object.fromEntries(
  ENTRIES.map(([name, { first }]) => [name, first]),
) as unknown as CompareLook;

/** What an address says, with a sentence about each part of it that is wrong. */
export function readLook(query: Readonly<Record<string, string>>): { look: CompareLook; problems: string[] } {
  const strange = Object.keys(query).filter((key) => !KEYS.includes(key));
  const problems = strange.map(
    (key) =>
      `The link says ${showValue(key, 40)}, which is nothing that a comparison has; it is left out (${KEYS.join(', ')}).`,
  );
  const look = ENTRIES.map(([name, { key, first, takes, read }]): [string, unknown] => {
    const text = Object.hasOwn(query, key) ? query[key] : undefined;
    if (text === undefined) return [name, first];
    try {
      return [name, read(text)];
    } catch {
      problems.push(`The link’s ${key}=${showValue(text, 40)} is left out: ${key} takes ${takes}.`);
      return [name, first];
    }
  });
  return { look: Object.fromEntries(look) as unknown as CompareLook, problems };
}

/** The parts that are not as at first, as they stand in an address; null takes one out. */
export function writeLook(changes: Partial<CompareLook>): Record<string, string | null> {
  const parts = ENTRIES.filter(([name]) => name in changes).map(([name, { key, first, write }]) => {
    const [text, plain] = [write(changes[name]), write(first)];
    return [key, text === plain || text === '' ? null : text];
  });
  return Object.fromEntries(parts) as Record<string, string | null>;
}
