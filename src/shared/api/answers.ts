/** API: what runs answered, question by question. */
import { z } from 'zod';
import type { Example, Thing } from '../answers.ts';
import { METRIC_TESTS, STAGE_IDS, type MetricTest, type RunState, type StageId } from '../records.ts';
import type { Interval } from '../stats/interval.ts';
import { TEST_SUBSETS, type TestSubset } from '../subsets.ts';
import { by } from './analysis.ts';
import { id } from './experiments.ts';
import type { TextFile } from './system.ts';

/** What became of an answer; of the last three, since the stage before. */
export const VERDICTS = ['right', 'wrong', 'changed', 'gained', 'lost'] as const;
export type Verdict = (typeof VERDICTS)[number];

const text = z.string().max(5000);

/** Which questions are meant; what is left out narrows nothing. */
export const answerFilter = z.strictObject({
  run: id.optional(),
  seed: z.int().min(0).optional(),
  /** Only runs that finished, as effects are over. */
  finished: z.boolean().default(false),
  /** Whose answers are judged; the last stage unless said. */
  stage: z.enum(STAGE_IDS).optional(),
  subset: z.enum(TEST_SUBSETS).optional(),
  test: z.enum(METRIC_TESTS).optional(),
  attribute: text.optional(),
  entity: text.optional(),
  alias: text.optional(),
  /** First accepted answer, and what was answered in its place. */
  gold: text.optional(),
  answer: text.optional(),
  verdict: z.enum(VERDICTS).optional(),
  /** Part of the alias, a name, the question, an accepted answer or an answer. */
  text: text.optional(),
});

export type AnswerFilter = z.output<typeof answerFilter>;

const experiments = z.array(id).min(1).max(200);
const asked = { experiments, filter: answerFilter.prefault({}) };
/** The same where experiments may be grouped, each group measured as one. */
const askedOfGroups = { ...asked, by };
const page = { offset: z.int().min(0).default(0), limit: z.int().min(1).max(500).default(50) };

/** How rows are put in order; `share` is of seeds right, `error` of numbers. */
const ANSWER_ORDERS = ['order', 'entity', 'attribute', 'share', 'loss', 'error'] as const;
export type AnswerOrder = (typeof ANSWER_ORDERS)[number];
const sorted = { sort: z.enum(ANSWER_ORDERS).default('order'), descending: z.boolean().default(false) };

export const answerArguments = {
  /** What there is to look at, and what it takes. */
  'answers.overview': z.strictObject({ experiments, by }),
  /** One row per question, over all seeds that were asked it. */
  'answers.questions': z.strictObject({ ...askedOfGroups, ...page, ...sorted }),
  /** One row per question and seed, with the answer at the end of each stage. */
  'answers.rows': z.strictObject({ ...asked, ...page, ...sorted, every: z.boolean().default(false) }),
  /** Accuracy per attribute, and which answers stood in the place of which. */
  'answers.summary': z.strictObject(askedOfGroups),
  /** Two subsets question by question: which of them did better at what. */
  'answers.contrast': z.strictObject({
    ...askedOfGroups,
    ...page,
    first: z.enum(TEST_SUBSETS),
    second: z.enum(TEST_SUBSETS),
    descending: z.boolean().default(true),
  }),
  /** An alias (or name) of one run: what was read about it. */
  'answers.read': z.strictObject({ run: id, thing: z.int().min(0) }),
  'answers.export': z.strictObject({
    ...asked,
    format: z.enum(['csv', 'json']),
    every: z.boolean().default(false),
  }),
} satisfies Record<keyof AnswerReplies, z.ZodType>;

/** An experiment whose answers are asked for. */
export interface AnsweredExperiment {
  experiment: number;
  name: string;
  runs: { run: number; label: string; seed: number; state: RunState }[];
  /** Evaluations that kept their answers, and what these take, in bytes. */
  evaluations: number;
  bytes: number;
  /** Why there are none, and what helps; null where there are. */
  missing: string | null;
}

/** Experiments that share a value, answers of which count together. */
interface AnsweredGroup {
  label: string;
  experiments: number[];
}

export interface AnswersOverview {
  experiments: AnsweredExperiment[];
  /** Groups of them, where that was asked for. */
  groups: AnsweredGroup[] | null;
  /** Stages at whose end answers were kept, in order. */
  stages: StageId[];
  tests: MetricTest[];
  subsets: TestSubset[];
  attributes: string[];
  /** All answers are numbers: none of them is right or wrong. */
  numbers: boolean;
}

/** What was answered at one evaluation. */
export interface GivenAt {
  stage: StageId;
  epoch: number;
  answer: string;
  /** Null where the answer is a number. */
  right: boolean | null;
  /** Mean negative log-likelihood of the accepted answer's tokens, in nats. */
  loss: number | null;
  /** Of the whole accepted answer, all its tokens together. */
  probability: number | null;
  /** Token F1; of texts alone. */
  f1: number | null;
  /** Squared, of a number. */
  error: number | null;
}

export interface AnswerRow {
  experiment: number;
  run: number;
  seed: number;
  /** The run in words, `seed 3`. */
  label: string;
  /** Number of the question among those of its seed, and of what it asks about. */
  question: number;
  thing: number;
  test: MetricTest;
  subset: TestSubset;
  alias: string | null;
  tag: string | null;
  defines: string | null;
  entity: string;
  attribute: string;
  text: string;
  golds: readonly string[];
  said: readonly string[] | null;
  given: GivenAt[];
}

/** Runs of an experiment or a group that were asked a question, and how many were right. */
export interface QuestionResult {
  /** Number of the experiment, or place of the group from 1. */
  side: number;
  stage: StageId;
  asked: number;
  /** Null where answers are numbers. */
  right: number | null;
  /** Mean squared error of numbers. */
  error: number | null;
}

export interface QuestionRow {
  test: MetricTest;
  subset: TestSubset;
  entity: string;
  attribute: string;
  wording: string;
  golds: readonly string[];
  results: QuestionResult[];
  /** What was answered most at the stage in view. */
  answers: { text: string; seeds: number; right: boolean | null }[];
}

interface Page<Row> {
  rows: Row[];
  /** Rows in all. */
  total: number;
}

/** A share of right answers over seeds at the end of a stage, or a mean squared error. */
export interface AttributeResult {
  /** Number of the experiment, or place of the group from 1. */
  side: number;
  stage: StageId;
  /** Null is all attributes together. */
  attribute: string | null;
  interval: Interval;
  /** A mean squared error rather than a share of right answers. */
  error: boolean;
  /** Questions over all seeds. */
  questions: number;
}

export interface AnswersSummary {
  /** The stage whose answers the confusion is of. */
  stage: StageId | null;
  attributes: AttributeResult[];
  /** One of all experiments together, or one for each group; none of numbers. */
  confusions: { /** Place of the group from 1. */ side: number | null; confusion: Confusion }[];
}

/** How often each answer stood in the place of each accepted one; what is rare is gathered in the last. */
export interface Confusion {
  golds: string[];
  answers: string[];
  /** By gold and answer. */
  counts: number[][];
  /** Golds and answers that were gathered as "other". */
  others: { golds: number; answers: number };
}

interface Share {
  asked: number;
  right: number;
}

export interface ContrastRow {
  /** Null in the rows of an attribute. */
  entity: string | null;
  attribute: string;
  golds: readonly string[];
  first: Share;
  second: Share;
  /** Share of the first minus that of the second. */
  difference: number;
}

/** How much better the first of two subsets was answered within a seed: the mean over seeds, as a share. */
export interface GroupContrast {
  /** Place of the group from 1. */
  side: number;
  /** Null is all attributes together. */
  attribute: string | null;
  difference: Interval;
}

export interface AnswersContrast extends Page<ContrastRow> {
  /** The same by attribute, which needs no seed that asks a question in both. */
  attributes: ContrastRow[];
  /** Of each group; empty where nothing is grouped. */
  groups: GroupContrast[];
  stage: StageId | null;
}

/** A training example about a thing, and how often an epoch has it. */
type ReadExample = Example & { copies: number };

export interface ReadReply {
  experiment: number;
  run: number;
  label: string;
  thing: Thing;
  /** In the order of the stages; `left_out` more are not shown. */
  examples: ReadExample[];
  left_out: number;
  /** Its questions with the answers of this run at every evaluation that kept them. */
  questions: AnswerRow[];
  /** What other runs answered about the same entity, at the end of their last stage. */
  elsewhere: AnswerRow[];
  /** Why the training examples cannot be shown; null where they are. */
  problem: string | null;
}

export interface AnswerReplies {
  'answers.overview': AnswersOverview;
  'answers.questions': Page<QuestionRow>;
  'answers.rows': Page<AnswerRow>;
  'answers.summary': AnswersSummary;
  'answers.contrast': AnswersContrast;
  'answers.read': ReadReply;
  'answers.export': TextFile;
}
