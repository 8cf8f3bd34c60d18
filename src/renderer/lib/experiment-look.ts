/** How an experiment is looked at, and how that stands in its address: `#/runs/3?each=1&smooth=5&run=12`. */
import { z } from 'zod';
import { METRIC_IDS } from '#shared/metrics.ts';
import { METRIC_TESTS } from '#shared/records.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { linesParts } from './lines-parts.ts';
import { linkLook, type LookOf } from './link-look.ts';
import { numberOrNone, oneOf, oneOrNone, onOrOff, several } from './link-parts.ts';

const subset = z.enum(TEST_SUBSETS as [TestSubset, ...TestSubset[]]);
const { smooth: runSmooth, log: runLog, zoom: runZoom } = linesParts('run-');

/** All that can be chosen of an experiment's results. */
const PARTS = {
  test: oneOf('test', METRIC_TESTS, 'questions'),
  /** Null is the headline. */
  metric: oneOrNone('metric', METRIC_IDS),
  /** Each seed's curve, not their mean alone. */
  each: onOrOff('each', false),
  /** Subsets whose curves are hidden. */
  hidden: several('hidden', subset, { first: [], takes: `subsets (${TEST_SUBSETS.join(', ')})` }),
  ...linesParts(),
  /** Number of the run that is looked at closely; null is none. */
  run: numberOrNone('run', z.int().positive(), 'the number of one of its runs'),
  /** What is traced of that run, and how. */
  trace: oneOf('trace', ['loss', 'examples_per_second'], 'loss'),
  ...{ runSmooth, runLog, runZoom },
} as const;

export const EXPERIMENT_LOOK = linkLook(PARTS, 'an experiment');
export type ExperimentLook = LookOf<typeof PARTS>;
