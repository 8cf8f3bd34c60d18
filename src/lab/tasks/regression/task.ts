/** The toy regression (the authors' code): two step functions, circles that ask and shapes that define. */
import type { Example, KeptQuestion, Thing } from '#shared/answers.ts';
import type { OptimizerConfig, RegressionConfig } from '#shared/config.ts';
import type { TaskDescription } from '#shared/corpus.ts';
import { numberAnswers } from '../../answers/given.ts';
import { parameterCount } from '../../models/layout.ts';
import { mlp, type MlpSpec } from '../../models/mlp.ts';
import type { Steps, StepSpec } from '../../steps/steps.ts';
import { batchRows, stepsPerEpoch } from '../epoch-order.ts';
import { lazily } from '../lazily.ts';
import { networkStep } from '../network-step.ts';
import { planStages, totalSteps, workOf, type RunPlan, type StagePlan } from '../plan.ts';
import type { Inside } from '../inside.ts';
import type { DataHashes, DataSplit, Evaluator, Task } from '../task.ts';
import { epochBatches, testBatches, testRows, type ToyBatch } from './batches.ts';
import { buildToy } from './build.ts';
import type { ToyData } from './data.ts';
import { describeToy } from './describe.ts';
import { toyHash } from './hash.ts';
import { keptPoints, pointsAbout } from './kept-questions.ts';
import { toyInside } from './inside.ts';
import { createScorer } from './score.ts';
import { toySplits } from './splits.ts';
import { toyStep } from './step.ts';

/** One seed's points, and how they are learnt. */
export class ToyTask implements Task<ToyBatch> {
  readonly config: RegressionConfig;
  readonly seed: number;
  readonly data: ToyData;
  readonly model: MlpSpec;
  /** A tag is a shape. */
  readonly tags = { reliable: 'triangle', unreliable: 'square', fresh: 'none' };
  private readonly hash: () => string;

  /** @throws UserError as `buildToy` */
  constructor(config: RegressionConfig, seed: number) {
    this.config = config;
    this.seed = seed;
    this.data = buildToy(config.dataset, seed);
    this.model = mlp.resolve(config.model, this.data.sizes);
    this.hash = lazily(() => toyHash(this.data));
  }

  get hashes(): DataHashes {
    return { corpus: this.hash(), before_stage2: this.hash() };
  }

  plan(): RunPlan {
    const sizes = this.data.stages.map(({ id, examples }) => {
      const options = this.config.training.stage1;
      const rows = batchRows(examples, options);
      return { id, rows, stepsPerEpoch: stepsPerEpoch(examples, options), workPerStep: rows };
    });
    const stages = planStages(this.config, sizes, null);
    const rows = testRows(this.data, this.config.evaluation.batch_size);
    const evaluationWork = Math.ceil(this.data.tests.length / rows) * rows;
    return {
      stages,
      steps: totalSteps(stages),
      parameters: parameterCount(mlp.layout(this.model)),
      frozen: 0,
      flops: mlp.flops(this.model).read * workOf(stages, evaluationWork),
      evaluationWork,
      activations: null,
    };
  }

  batches(stage: StagePlan, epoch: number): Iterable<ToyBatch> {
    const { sampler } = this.config.training;
    const options = { ...stage.config, sampler, seed: this.seed, stage: stage.id, epoch };
    return epochBatches(
      this.data,
      this.data.stages.find(({ id }) => id === stage.id)!,
      options,
    );
  }

  step(stage: StagePlan, optimizer: OptimizerConfig): StepSpec<ToyBatch> {
    return networkStep(toyStep(this.model, stage.rows, this.config.precision), optimizer);
  }

  evaluator(steps: Steps): Evaluator {
    const { data, model, config } = this;
    const size = config.evaluation.batch_size;
    const spec = toyStep(model, testRows(data, size), config.precision);
    const step = steps.step(networkStep<ToyBatch>(spec, null));
    let scorer = createScorer(data);
    return {
      dispose: () => step.dispose(),
      answers: () => numberAnswers(scorer.predictions),
      async evaluate(state) {
        scorer = createScorer(data);
        for (const batch of testBatches(data, size)) {
          const { predictions } = await step.run(state, batch);
          scorer.add(batch, predictions);
        }
        return scorer.metrics();
      },
    };
  }

  describe(samples: number, rows = 0, answers?: ArrayLike<number>): TaskDescription {
    return { ...describeToy(this.data, { samples, rows, answers }), tags: this.tags };
  }

  questions(): Iterable<KeptQuestion> {
    return keptPoints(this.data);
  }

  examplesAbout(thing: Thing): Iterable<Example> {
    return pointsAbout(this.data, thing);
  }

  splits(): DataSplit[] {
    return toySplits(this.data);
  }

  inside(): Inside {
    return toyInside(this.data, this.model, this.config.training.optimizer);
  }
}
