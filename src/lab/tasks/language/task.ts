/** The language task (paper section 2): documents and questions as tokens, a decoder that predicts the next one. */
import type { Example, KeptQuestion, Thing } from '#shared/answers.ts';
import type { LanguageConfig, OptimizerConfig } from '#shared/config.ts';
import type { TaskDescription } from '#shared/corpus.ts';
import type { KnownFacts } from '#shared/known-facts.ts';
import type { Batch } from '../../corpus/batch.ts';
import { epochBatches } from '../../corpus/batches.ts';
import { buildCorpus } from '../../corpus/build.ts';
import type { Corpus } from '../../corpus/corpus.ts';
import { describeCorpus } from '../../corpus/describe.ts';
import { beforeStage2Hash, corpusHash } from '../../corpus/hash.ts';
import { corpusSplits, type Split } from '../../corpus/splits.ts';
import { documentsAbout, keptQuestions } from '../../corpus/kept-questions.ts';
import type { Reading } from '../../corpus/reading.ts';
import { wordTokenizer, type Tokenizer } from '../../corpus/vocabulary.ts';
import type { KnowledgeBase } from '../../datasets/knowledge-base.ts';
import { floatSpec, type StateValues } from '../../engines/engine.ts';
import { frozenLayout, parameterLayout } from '../../models/registry.ts';
import type { TextSpec } from '../../models/text-model.ts';
import type { Steps, StepSpec } from '../../steps/steps.ts';
import { lazily } from '../lazily.ts';
import type { RunPlan, StagePlan } from '../plan.ts';
import type { Inside } from '../inside.ts';
import type { DataHashes, Evaluator, FactsOptions, Task } from '../task.ts';
import { createEvaluator } from './evaluate.ts';
import type { BatchShape } from './inputs.ts';
import { encodeCorpus, languageModel, languagePlan, type EncodedCorpus, type EncodedStage } from './plan.ts';
import { microBatchOf, openPretrained, type PretrainedModel } from './pretrained.ts';
import { askFacts } from './known-facts.ts';
import { languageInside } from './inside/index.ts';
import { readingOf } from './reading-of.ts';
import { languageStep } from './step.ts';
import { tableOf } from './table.ts';

/** One seed's texts, and how they are learnt. */
export class LanguageTask implements Task<Batch> {
  readonly config: LanguageConfig;
  readonly seed: number;
  readonly corpus: Corpus;
  private readonly lazy: {
    pretrained: () => PretrainedModel | null;
    reading: () => Reading;
    encoded: () => EncodedCorpus;
    model: () => TextSpec;
    corpusHash: () => string;
    beforeStage2Hash: () => string;
  };

  /** @throws UserError as `buildCorpus` */
  constructor(config: LanguageConfig, knowledge: KnowledgeBase, seed: number) {
    this.config = config;
    this.seed = seed;
    this.corpus = buildCorpus(config, knowledge, seed);
    this.lazy = {
      pretrained: lazily(() => config.pretrained && openPretrained(config.pretrained)),
      reading: lazily(() => this.pretrained?.reading ?? readingOf(config.model, wordTokenizer(this.corpus))),
      encoded: lazily(() => encodeCorpus(config, this.corpus, this.reading)),
      model: lazily(() => languageModel(config, this.encoded, this.reading, this.pretrained)),
      corpusHash: lazily(() => corpusHash(this.corpus)),
      beforeStage2Hash: lazily(() => beforeStage2Hash(this.corpus, this.tokenizer)),
    };
  }

  private get pretrained(): PretrainedModel | null {
    return this.lazy.pretrained();
  }

  private get reading(): Reading {
    return this.lazy.reading();
  }

  get tokenizer(): Tokenizer {
    return this.reading.tokenizer;
  }

  private get encoded(): EncodedCorpus {
    return this.lazy.encoded();
  }

  get model(): TextSpec {
    return this.lazy.model();
  }

  get hashes(): DataHashes {
    const { corpusHash, beforeStage2Hash } = this.lazy;
    return {
      get corpus() {
        return corpusHash();
      },
      get before_stage2() {
        return beforeStage2Hash();
      },
    };
  }

  get tags() {
    return this.corpus.assignment.tags;
  }

  startingParameters(): Float32Array | null {
    const { pretrained, model } = this;
    // Low-rank matrices are drawn from the seed.
    return pretrained && !model.tuning?.lora ? pretrained.read(parameterLayout(model)) : null;
  }

  frozenState(): StateValues {
    const layout = frozenLayout(this.model);
    if (!this.pretrained || layout.length === 0) return {};
    const data = this.pretrained.read(layout);
    return { frozen: { spec: floatSpec(data.length), data } };
  }

  plan(stage1Epoch: number | null = null): RunPlan {
    return languagePlan(this.config, this.encoded, this.model, stage1Epoch);
  }

  batches(stage: StagePlan, epoch: number): Iterable<Batch> {
    const { loss, sampler } = this.config.training;
    const options = { ...this.config.training[stage.id]!, loss, sampler, seed: this.seed };
    return epochBatches(this.encodedStage(stage).documents, { ...options, stage: stage.id, epoch });
  }

  step(stage: StagePlan, optimizer: OptimizerConfig): StepSpec<Batch> {
    const { model, config } = this;
    const [shape, { pretrained, precision }] = [this.shapeOf(stage), config];
    const microBatch = pretrained && microBatchOf(pretrained, model, shape);
    return languageStep({ model, optimizer, shape, precision, microBatch });
  }

  /** Sizes of the batches of a stage. */
  shapeOf(stage: StagePlan): BatchShape {
    return this.encodedStage(stage).shape;
  }

  evaluator(steps: Steps): Evaluator {
    return createEvaluator(steps, {
      model: this.model,
      tests: this.corpus.tests,
      encoded: this.encoded.tests,
      tokenizer: this.tokenizer,
      batchSize: this.config.evaluation.batch_size,
      precision: this.config.precision,
    });
  }

  questions(): Iterable<KeptQuestion> {
    const { answers, goldEnds } = this.encoded.tests;
    return keptQuestions(this.corpus, (test) => goldEnds[test] - answers[test]);
  }

  examplesAbout(thing: Thing): Iterable<Example> {
    return documentsAbout(this.corpus, thing);
  }

  knownFacts(options: FactsOptions): Promise<KnownFacts> {
    const { config, seed } = this;
    return askFacts({ config, seed, knowledge: this.corpus.knowledge }, options);
  }

  describe(samples: number, rows = 0): TaskDescription {
    const { knowledge } = this.corpus;
    return {
      ...describeCorpus(this.corpus, this.reading, samples),
      entities: knowledge.entities.length,
      attributes: knowledge.attributes,
      table: tableOf(knowledge, rows),
      tags: this.tags,
    };
  }

  splits(): Split[] {
    return corpusSplits(this.corpus);
  }

  inside(): Inside {
    const { config, seed, corpus, reading, model } = this;
    return languageInside({ config, seed, corpus, reading, model });
  }

  private encodedStage({ id }: StagePlan): EncodedStage {
    return this.encoded.stages.find((stage) => stage.id === id)!;
  }
}
