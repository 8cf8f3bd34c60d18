/** What a task shows of the inside of its model. What a task lacks, analyses of it are not offered (shared/analysis.ts). */
import type { EntropyTest, ProbeLabel, PromptToken } from '#shared/analysis.ts';
import type { SubsetName } from '#shared/subsets.ts';
import type { Engine, EngineState, Program } from '../engines/engine.ts';
import type { Arrays } from '../steps/steps.ts';
import type { Objective } from '../steps/training-program.ts';

/** A model with weights, on an engine. */
export interface Running {
  engine: Engine;
  state: EngineState;
}

/** A definition or a question with its answer, whose gradient is taken. */
export interface GradientExample {
  kind: 'definition' | 'question';
  subset: SubsetName;
  /** Definitions and questions about the same alias have the same. */
  entity: number;
}

export interface GradientSource {
  /** Of one example. */
  objective: Objective;
  examples: readonly GradientExample[];
  inputs(example: number): Arrays;
}

/** What prompts are chosen by. */
export interface PromptChoice {
  label: ProbeLabel;
  template: string | null;
  most: number;
}

/** Prompts of two classes that align token by token, in one seeded order. */
export interface PromptSet {
  classes: [string, string];
  /** 1 where a prompt is of the second class. */
  labels: Uint8Array;
  template: string;
  why: string;
  tokens: PromptToken[];
  /** Layers of the residual stream that there are, from the input upwards. */
  layers: { name: string; width: number }[];
  /** Prompts that a program reads. */
  rows: number;
  /** Gives the named layers, rows × tokens × width each. */
  program(layers: readonly string[]): Program;
  /** @param prompts as many as a program reads, or fewer */
  inputs(prompts: readonly number[]): Arrays;
}

/** How sure a model is of an answer of its own. */
export interface OwnAnswer {
  subset: SubsetName;
  /** Nats per token. */
  loss: number;
}

/** The rank of the right answer by layer. */
export interface LensRow {
  subset: SubsetName;
  ranks: number[];
}

export interface Inside {
  gradients(): GradientSource;
  /** @throws UserError `probes.*` where the label does not make two classes of prompts */
  prompts?(choice: PromptChoice, running: Running): Promise<PromptSet>;
  /** @param told how many questions were answered, of all */
  ownAnswers?(
    running: Running,
    told: (share: number) => void,
  ): Promise<{ test: EntropyTest; answers: OwnAnswer[] }>;
  /** @param most questions of each subset */
  lens?(most: number, running: Running): Promise<{ layers: string[]; rows: LensRow[] }>;
}
