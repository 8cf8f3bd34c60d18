/** Analyses of what changed inside a model: what is asked of one, and what it gives, as it is kept and sent. */
import { z } from 'zod';
import { ANALYSIS_KINDS, TASK_ANALYSES, type AnalysisKind } from './analysis-kinds.ts';
import type { ExperimentConfig } from './config.ts';
import { STAGE_IDS, stageText, type StageId } from './records.ts';
import { SUBSET_NAMES, subsetTitle, type SubsetName } from './subsets.ts';
import type { SavedConfig } from './saved-config.ts';

export { ANALYSIS_KINDS, type AnalysisKind };

interface AnalysisWords {
  label: string;
  /** What it shows, in a sentence. */
  about: string;
}

export const ANALYSES: Record<AnalysisKind, AnalysisWords> = {
  probes: {
    label: 'Probes',
    about:
      'How well a plane through the activations at each layer and token tells two groups of questions apart.',
  },
  gradients: {
    label: 'Gradients',
    about: 'Whether learning a definition moves the weights as learning its own questions does.',
  },
  entropy: {
    label: 'Entropy of answers',
    about: 'How sure the model is of its own answers to who an alias is.',
  },
  moves: {
    label: 'Where knowledge moved',
    about: 'How far each layer moved in each stage, and from which layer on the right answer can be read.',
  },
};

const subset = z.enum(SUBSET_NAMES);

/** The two groups that probes tell apart. */
const probeLabelSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('subsets'), first: subset, second: subset }),
  /** Subsets of definitions with the reliable tag against those with the unreliable one. */
  z.strictObject({ by: z.literal('tag') }),
  /** Questions that the model answers right against those it answers wrong; null asks about all aliases. */
  z.strictObject({ by: z.literal('right'), subset: subset.nullable().default(null) }),
  /** Entities with a value of an attribute against all others; null takes the most frequent value. */
  z.strictObject({
    by: z.literal('value'),
    attribute: z.string().min(1).max(200),
    value: z.string().min(1).max(200).nullable().default(null),
    subset: subset.nullable().default(null),
  }),
]);
export type ProbeLabel = z.output<typeof probeLabelSchema>;

/** A stage whose last weights are looked at; null takes the usual one. */
const stage = z.enum(STAGE_IDS).nullable().default(null);

export const analysisParamsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('probes'),
    stage,
    label: probeLabelSchema.default({ by: 'subsets', first: 'qd1consis', second: 'qd2incons' }),
    /** The attribute that is asked about, or how else the task names a form of question; null takes the commonest. */
    template: z.string().min(1).max(300).nullable().default(null),
    /** Prompts of each class, at most. */
    most: z.int().min(10).max(5000).default(400),
  }),
  z.strictObject({
    kind: z.literal('gradients'),
    /** Null takes every stage with definitions or questions. */
    stage,
    /** Definitions of each subset, at most, each with all of its questions. */
    most: z.int().min(2).max(5000).default(50),
  }),
  z.strictObject({ kind: z.literal('entropy'), stage }),
  z.strictObject({
    kind: z.literal('moves'),
    /** Questions of each subset whose answer is looked for layer by layer; 0 leaves that out. */
    most: z.int().min(0).max(5000).default(100),
  }),
]);
export type AnalysisParams = z.output<typeof analysisParamsSchema>;
export type ParamsOf<K extends AnalysisKind> = Extract<AnalysisParams, { kind: K }>;

/** Weights that were looked at. */
export interface CheckpointPlace {
  stage: StageId;
  epoch: number;
}

/** A column of a probe map. */
export interface PromptToken {
  /** As the model reads it; `…` where prompts differ. */
  text: string;
  role: 'alias' | 'same' | 'other';
}

export interface ProbeResult {
  kind: 'probes';
  at: CheckpointPlace;
  classes: [string, string];
  /** The form of question, and how it was chosen. */
  template: string;
  why: string;
  /** Prompts of both classes together. */
  prompts: number;
  tokens: PromptToken[];
  /** From the input upwards, by the names of TransformerLens. */
  layers: string[];
  /** Mean accuracy over folds, by layer and token. */
  accuracy: number[][];
}

/** Of the examples of one kind, means. */
export interface GradientNorms {
  l1: number;
  l2: number;
  linf: number;
}

/** Of definitions of a subset, each with its own questions; means over pairs. */
export interface SubsetGradients {
  definitions: number;
  pairs: number;
  cosine: number;
  distance: number;
  definition: GradientNorms;
  question: GradientNorms;
}

export interface GradientPoint {
  at: CheckpointPlace;
  subsets: Partial<Record<SubsetName, SubsetGradients>>;
  examples: number;
  /** Mean squared L2 distance to the mean gradient, over all examples. */
  variance: number;
  /** Mean cosine to the mean gradient. */
  mean_cosine: number;
}

export interface GradientResult {
  kind: 'gradients';
  /** Weights, of those that are trained. */
  parameters: number;
  points: GradientPoint[];
}

/** Who an alias is, or, where the experiment does not ask that, the questions of its test. */
export type EntropyTest = 'association' | 'questions';

export interface EntropyResult {
  kind: 'entropy';
  at: CheckpointPlace;
  /** What was asked. */
  test: EntropyTest;
  /** Nats per token of the model's own answer, one value for each question. */
  subsets: Partial<Record<SubsetName, number[]>>;
}

/** How far one part of the model moved in a stage. */
export interface Move {
  /** L2 norm of the difference. */
  norm: number;
  /** As a share of the norm before. */
  share: number;
  /** To the move of the stage before; null in the first, and where one of both did not move. */
  cosine: number | null;
}

export interface LensPoint {
  layer: string;
  /** Median rank of the right answer's first token, 1 is the likeliest. */
  rank: number;
  /** Share of questions where it is the likeliest. */
  first: number;
}

export interface MovesResult {
  kind: 'moves';
  stages: StageId[];
  /** Stage by stage for each part, from the input upwards. */
  parts: { name: string; moves: Move[] }[];
  /** At the end of each stage; empty where the task has no logit lens. */
  lens: { stage: StageId; subsets: Partial<Record<SubsetName, LensPoint[]>> }[];
}

export type AnalysisResult = ProbeResult | GradientResult | EntropyResult | MovesResult;
export type ResultOf<K extends AnalysisKind> = Extract<AnalysisResult, { kind: K }>;

/** The analyses that a task has anything for. */
export function analysesOf({ task }: Pick<SavedConfig, 'task'>): readonly AnalysisKind[] {
  return task === 'imported' ? [] : TASK_ANALYSES[task];
}

/** What an experiment wants to be looked at once its runs are done, as usual. */
export function wishedAnalyses({ analyses }: Pick<ExperimentConfig, 'analyses'>): AnalysisParams[] {
  return [...new Set<AnalysisKind>(analyses)].map((kind) => analysisParamsSchema.parse({ kind }));
}

/** Why a task is not offered an analysis; null where it is. */
export function notOffered({ task }: Pick<SavedConfig, 'task'>, kind: AnalysisKind): string | null {
  if (analysesOf({ task }).includes(kind)) return null;
  if (task === 'imported') return 'its model is in another program';
  return kind === 'probes' ? 'its network has no residual stream' : 'its answers are no texts';
}

/** `queued → running → done | failed | cancelled | interrupted`; all but what is done can be queued again. */
export type PartState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

/** An analysis of one run. */
export interface AnalysisPart {
  run: number;
  seed: number;
  state: PartState;
  error: { code: string; message: string } | null;
  /** Of the last attempt. */
  seconds: number;
}

/** An analysis of an experiment, repeated over its runs. */
export interface AnalysisRecord {
  id: number;
  experiment: number;
  params: AnalysisParams;
  /** Of the program that it was asked of. */
  version: string;
  created_at: string;
  parts: AnalysisPart[];
}

export interface PartResult {
  run: number;
  seed: number;
  result: AnalysisResult;
}

/** What was asked, in words. */
export function paramsText(params: AnalysisParams): string {
  const at = 'stage' in params && params.stage !== null ? `after ${stageText(params.stage)}` : null;
  const label = params.kind === 'probes' ? labelText(params.label) : null;
  const template = params.kind === 'probes' && params.template !== null ? `asked “${params.template}”` : null;
  const said = [label, template, at].filter((part) => part !== null);
  return said.length > 0 ? said.join(', ') : ANALYSES[params.kind].about;
}

function labelText(label: ProbeLabel): string {
  switch (label.by) {
    case 'subsets':
      return `${subsetTitle(label.first)} against ${subsetTitle(label.second)}`;
    case 'tag':
      return 'reliable against unreliable tag';
    case 'right':
      return `right against wrong answers${label.subset ? ` of ${subsetTitle(label.subset)}` : ''}`;
    case 'value':
      return `${label.attribute}${label.value === null ? '' : ` = ${label.value}`} against the others`;
  }
}
