/** What the authors' stages train on, and which stage of ours each is. */
import { showValue, UserError } from '#shared/errors.ts';
import type { ExperimentConfig } from '#shared/config.ts';

export type OurStage = 'stage1' | 'stage1_qa' | 'stage2';

export interface Pipeline {
  pipeline: ExperimentConfig['training']['pipeline'];
  /** Of each of their stages ours, or null where it is not trained on its own. */
  stages: (OurStage | null)[];
  /** What cannot be had; empty for nothing. */
  differs: string;
}

/** By their `train_subset` in each stage. */
const PIPELINES: Record<string, Pipeline> = {
  full: { pipeline: 'single-stage', stages: ['stage1'], differs: '' },
  stage1: {
    pipeline: 'two-stage',
    stages: ['stage1'],
    differs: 'the file ends after stage 1: read the results at its end; one epoch of stage 2 follows here',
  },
  'stage1, stage2': { pipeline: 'two-stage', stages: ['stage1', 'stage2'], differs: '' },
  'stage1_only_defns, stage1_only_qa, stage2': {
    pipeline: 'three-stage',
    stages: ['stage1', 'stage1_qa', 'stage2'],
    differs: '',
  },
  'q_only, stage1_excl_q, stage2': {
    pipeline: 'two-stage',
    stages: [null, 'stage1', 'stage2'],
    differs: 'the subset q has no stage of its own here: its questions are trained on in stage 1',
  },
};

/**
 * @param subsets `train_subset` of each stage
 * @throws UserError `authors.train-subset` for an order of stages that cannot be had
 */
export function pipelineOf(subsets: readonly string[]): Pipeline {
  const known = PIPELINES[subsets.join(', ')];
  if (known) return known;
  const listed = Object.keys(PIPELINES).map((order) => `(${order})`);
  throw new UserError(
    'authors.train-subset',
    `train_subset: ${showValue(subsets.join(', '))} is no order of stages that can be had here; the orders are ${listed.join(' ')}`,
  );
}
