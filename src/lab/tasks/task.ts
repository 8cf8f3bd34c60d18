/**
 * A task says what a run of its kind is: data, model, batches, steps, scores, and what a person is shown. Nothing
 * above asks of what kind it is. The kinds stand in one table, `index.ts`.
 */
import type { Example, GivenAnswers, KeptQuestion, Thing } from '#shared/answers.ts';
import type { ExperimentConfig, OptimizerConfig } from '#shared/config.ts';
import type { TaskDescription } from '#shared/corpus.ts';
import type { KnownFacts } from '#shared/known-facts.ts';
import type { DatasetReport, MetricRecord, MetricTest, StageId } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';
import type { LoadOptions } from '../datasets/source-file.ts';
import type { Engine, EngineState, StateValues } from '../engines/engine.ts';
import type { ModelSpec } from '../models/architecture.ts';
import type { Steps, StepSpec } from '../steps/steps.ts';
import type { Inside } from './inside.ts';
import type { RunPlan, StagePlan } from './plan.ts';

/** The test results of a run's weights. */
export interface Evaluator {
  /** Scores of every subset and test on the weights in `state`. */
  evaluate(state: EngineState): Promise<MetricRecord[]>;
  /** What the last evaluation answered, in the order of the task's `questions`. */
  answers(): GivenAnswers;
  dispose(): void;
}

/** How a model is asked what it knows. */
export interface FactsOptions {
  engine: Engine;
  /** Told the share that was asked, from 0 to 1. */
  progress: (share: number) => void;
}

/** What a run with a seed trains and tests on. */
export interface DataHashes {
  /** Of everything: equal hashes, equal batches and tests. */
  readonly corpus: string;
  /** Of all that training before stage 2 depends on: runs that share it may share that training. */
  readonly before_stage2: string;
}

/** The data of one seed, and how it is learnt. What takes long is done when it is first asked for. */
export interface Task<Batch = unknown> {
  readonly config: ExperimentConfig;
  readonly seed: number;
  readonly hashes: DataHashes;
  /** As they are in the data, drawn ones included. */
  readonly tags: TaskDescription['tags'];
  /** @throws UserError `model.*` where the shape cannot work */
  readonly model: ModelSpec;
  /** The flat vector that training begins with, where it is not drawn from the seed; read anew at each call. */
  startingParameters?(): Float32Array | null;
  /** Weights that are read and never changed, as entries of the state; no part of what a run saves. */
  frozenState?(): StateValues;
  /** @param stage1Epoch epochs of the stage before stage 2 to train; null trains all */
  plan(stage1Epoch?: number | null): RunPlan;
  /** The batches of an epoch, counted from 0; they depend on seed, stage and epoch alone. */
  batches(stage: StagePlan, epoch: number): Iterable<Batch>;
  /** The training step of a stage; its program reads `lr` () beside the batch, and gives `loss` (). */
  step(stage: StagePlan, optimizer: OptimizerConfig): StepSpec<Batch>;
  evaluator(steps: Steps): Evaluator;
  /**
   * What the weights that training begins with know already; a task without it has no facts that they could know.
   * @throws UserError `facts.*`
   */
  knownFacts?(options: FactsOptions): Promise<KnownFacts>;
  /**
   * What the data hold, in numbers, with the first `samples` of each group and the first `rows` entities.
   * @param answers what a run answered to the tests in numbers, to be shown beside them
   */
  describe(samples: number, rows?: number, answers?: ArrayLike<number>): TaskDescription;
  /** The questions of the tests in words, in the order in which an evaluation answers them. */
  questions(): Iterable<KeptQuestion>;
  /** What training has about a thing that questions are about, stage by stage; one copy of each. */
  examplesAbout(thing: Thing): Iterable<Example>;
  /** The data as plain rows, split by split, for other trainers. */
  splits(): DataSplit[];
  /** What can be looked at inside its model. */
  inside(): Inside;
}

/** What a stage trains on, or the questions of a test about a subset; rows are made as they are asked for. */
export type DataSplit = {
  name: string;
  rows: Iterable<object>;
  /** What lies beside the rows, in their order, as a file of its own. */
  beside?: { extension: string; bytes: Iterable<Uint8Array> };
} & ({ stage: StageId } | { test: MetricTest; subset: TestSubset });

/** A kind of task: from a config to the task of a seed. */
export interface TaskKind<Config, Data extends { report: DatasetReport }> {
  /**
   * What can be told wrong without the data.
   * @throws UserError naming the field, the value and the remedy
   */
  check(config: Config): void;
  /** Files that the data are read from. @throws UserError `dataset.*` where they are missing */
  paths(config: Config): string[];
  /** @throws UserError `dataset.*`, the signal's reason when it aborts */
  load(config: Config, seed: number, options: LoadOptions): Promise<Data>;
  /** @throws UserError where tags, fractions or sizes do not fit the data */
  build(config: Config, data: Data, seed: number): Task;
}
