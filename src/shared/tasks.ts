/** What people are told of each kind of task. */
import type { TaskId } from './config.ts';
import { isImported } from './imported.ts';
import type { MetricId } from './metrics.ts';
import { METRIC_TESTS, type MetricTest } from './records.ts';
import type { SavedConfig } from './saved-config.ts';
import { resultingFractions } from './subset-sizes.ts';
import { SUBSET_NAMES, SUBSETS } from './subsets.ts';

export interface TaskWords {
  label: string;
  /** What it is, in a sentence. */
  about: string;
  /** The metric of headlines, effects and sweeps. */
  metric: MetricId;
  /** All that is measured, the headline's first. */
  metrics: readonly MetricId[];
  /** What is trained on, in the plural. */
  examples: string;
  /** What subsets are made of, in the plural. */
  entities: string;
  /** What answers are made of, in the plural. */
  vocabulary: string;
}

export const TASKS: Record<TaskId, TaskWords> = {
  language: {
    label: 'Language',
    about:
      'Texts about entities: definitions with a tag, questions about aliases; a transformer learns them.',
    metric: 'exact_match',
    metrics: ['exact_match', 'loss'],
    examples: 'documents',
    entities: 'entities',
    vocabulary: 'tokens in the vocabulary',
  },
  images: {
    label: 'Images',
    about:
      'Grids of MNIST digits stand for grids of letters; definitions carry a tag drawn into the picture.',
    metric: 'accuracy',
    metrics: ['accuracy', 'loss'],
    examples: 'pictures',
    entities: 'aliases',
    vocabulary: 'letters',
  },
  regression: {
    label: 'Toy regression',
    about: 'Points on two step functions: circles show one output, triangles and squares define all of them.',
    metric: 'mse',
    metrics: ['mse'],
    examples: 'points',
    entities: 'clusters',
    vocabulary: 'outputs',
  },
};

/** What an experiment measured, the metric of its headline first. */
export function metricsOf(config: SavedConfig): readonly MetricId[] {
  return isImported(config) ? config.metrics : TASKS[config.task].metrics;
}

/** The headline metric of an experiment. */
export function metricOf(config: SavedConfig): MetricId {
  return metricsOf(config)[0]!;
}

/** The tests that an experiment runs, those of false definitions included where it has such. */
export function testsOf(config: SavedConfig): MetricTest[] {
  if (isImported(config)) return config.tests;
  if (!('subsets' in config)) return ['questions'];
  const shares = resultingFractions(config);
  const deceives = SUBSET_NAMES.some((name) => SUBSETS[name].consistent === false && shares[name] > 0);
  const tests: readonly MetricTest[] = config.evaluation.tests;
  return METRIC_TESTS.filter((test) => {
    const of = tests.find((each) => test === `${each}-definition`);
    return of === undefined ? tests.includes(test) : deceives;
  });
}
