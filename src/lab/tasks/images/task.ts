/** The image task (paper, MNIST question–answer): grids of digits stand for grids of letters. */
import type { Example, KeptQuestion, Thing } from '#shared/answers.ts';
import type { ImagesConfig, OptimizerConfig } from '#shared/config.ts';
import type { TaskDescription } from '#shared/corpus.ts';
import type { DigitBank } from '../../datasets/digits/bank.ts';
import { convnext } from '../../models/convnext.ts';
import type { ConvNextSpec } from '../../models/convnext-spec.ts';
import { parameterCount } from '../../models/layout.ts';
import type { Steps, StepSpec } from '../../steps/steps.ts';
import { batchRows, stepsPerEpoch } from '../epoch-order.ts';
import { lazily } from '../lazily.ts';
import { networkStep } from '../network-step.ts';
import { planStages, totalSteps, workOf, type RunPlan, type StagePlan } from '../plan.ts';
import type { Inside } from '../inside.ts';
import type { DataHashes, DataSplit, Evaluator, Task } from '../task.ts';
import { epochBatches, testBatches, testRows, type ImageBatch } from './batches.ts';
import { buildImages } from './build.ts';
import type { ImageData, ImageStage } from './data.ts';
import { describeImages } from './describe.ts';
import { imagesBeforeStage2Hash, imagesHash } from './hash.ts';
import { keptCells, picturesAbout } from './kept-questions.ts';
import { createScorer } from './score.ts';
import { pictureShape } from './shape.ts';
import { imagesInside } from './inside.ts';
import { imageSplits, npyFile } from './splits.ts';
import { imageStep } from './step.ts';

/** The model of a config, for pictures of its size. @throws UserError `model.*`, `tags.*` where it cannot work */
export function imageModel({ dataset, tags, model }: ImagesConfig): ConvNextSpec {
  const { height, width } = pictureShape(dataset, tags);
  return convnext.resolve(model, {
    height,
    width,
    channels: 1,
    outputs: dataset.grid ** 2,
    classes: dataset.letters,
  });
}

/** One seed's pictures, and how they are learnt. */
export class ImageTask implements Task<ImageBatch> {
  readonly config: ImagesConfig;
  readonly seed: number;
  readonly model: ConvNextSpec;
  readonly data: ImageData;
  private readonly hashOf: { corpus: () => string; beforeStage2: () => string };

  /** @throws UserError as `buildImages` and `imageModel` */
  constructor(config: ImagesConfig, bank: DigitBank, seed: number) {
    this.config = config;
    this.seed = seed;
    this.model = imageModel(config);
    this.data = buildImages(config, bank, seed);
    this.hashOf = {
      corpus: lazily(() => imagesHash(this.data)),
      beforeStage2: lazily(() => imagesBeforeStage2Hash(this.data)),
    };
  }

  get hashes(): DataHashes {
    const { corpus, beforeStage2 } = this.hashOf;
    return {
      get corpus() {
        return corpus();
      },
      get before_stage2() {
        return beforeStage2();
      },
    };
  }

  get tags() {
    return this.data.assignment.tags;
  }

  plan(stage1Epoch: number | null = null): RunPlan {
    const sizes = this.data.stages.map(({ id, examples }) => {
      const options = this.config.training[id]!;
      const rows = batchRows(examples, options);
      return { id, rows, stepsPerEpoch: stepsPerEpoch(examples, options), workPerStep: rows };
    });
    const stages = planStages(this.config, sizes, stage1Epoch);
    const rows = testRows(this.data, this.config.evaluation.batch_size);
    const asked = this.data.tests.length * this.data.testImages;
    const evaluationWork = Math.ceil(asked / rows) * rows;
    return {
      stages,
      steps: totalSteps(stages),
      parameters: parameterCount(convnext.layout(this.model)),
      frozen: 0,
      flops: convnext.flops(this.model).read * workOf(stages, evaluationWork),
      evaluationWork,
      activations: null,
    };
  }

  batches(stage: StagePlan, epoch: number): Iterable<ImageBatch> {
    const { sampler } = this.config.training;
    const options = { ...stage.config, sampler, seed: this.seed, stage: stage.id, epoch };
    return epochBatches(this.data, this.stageOf(stage), options);
  }

  step(stage: StagePlan, optimizer: OptimizerConfig): StepSpec<ImageBatch> {
    return networkStep(imageStep(this.model, stage.rows, this.config.precision), optimizer);
  }

  evaluator(steps: Steps): Evaluator {
    const { data, model, config } = this;
    const size = config.evaluation.batch_size;
    const spec = imageStep(model, testRows(data, size), config.precision);
    const step = steps.step(networkStep<ImageBatch>(spec, null));
    let scorer = createScorer(data);
    return {
      dispose: () => step.dispose(),
      answers: () => scorer.answers(),
      async evaluate(state) {
        scorer = createScorer(data);
        for (const batch of testBatches(data, size)) {
          const { letters, losses } = await step.run(state, batch);
          scorer.add(batch, letters, losses);
        }
        return scorer.metrics();
      },
    };
  }

  describe(samples: number, rows = 0): TaskDescription {
    return describeImages(this.data, samples, rows);
  }

  questions(): Iterable<KeptQuestion> {
    return keptCells(this.data);
  }

  examplesAbout(thing: Thing): Iterable<Example> {
    return picturesAbout(this.data, thing);
  }

  splits(): DataSplit[] {
    const { height, width } = this.data.shape;
    return imageSplits(this.data).map(({ count, images, ...split }) => ({
      ...split,
      beside: { extension: 'npy', bytes: npyFile([count, height, width], images) },
    }));
  }

  inside(): Inside {
    const { data, model, config } = this;
    return imagesInside({ data, model, optimizer: config.training.optimizer });
  }

  private stageOf({ id }: StagePlan): ImageStage {
    return this.data.stages.find((stage) => stage.id === id)!;
  }
}
