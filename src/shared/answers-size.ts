/** What kept answers will take, before anything is trained. */
import type { ExperimentConfig, StageConfig } from './config.ts';
import type { CorpusDescription } from './corpus.ts';
import { plannedRuns } from './planned-runs.ts';

/** Measured (docs/answers.md): a question in words, kept once a seed, and an answer of one evaluation. */
const QUESTION_BYTES = 9;
const ANSWER_BYTES = 5;

export interface AnswersEstimate {
  runs: number;
  /** Of each run. */
  questions: number;
  /** Of each run, that keep their answers. */
  evaluations: number;
  /** Roughly, of all runs. */
  bytes: number;
}

/** Null where the config keeps none. */
export function answersEstimate(
  config: ExperimentConfig,
  {
    tests,
    stages,
  }: Pick<CorpusDescription, 'tests'> & { stages: Pick<CorpusDescription['stages'][number], 'id'>[] },
): AnswersEstimate | null {
  const keep = config.evaluation.keep_answers;
  if (keep === 'none') return null;
  const runs = plannedRuns(config).length;
  const questions = tests.reduce((sum, { test, questions }) => sum + questions * cellsAsked(config, test), 0);
  const evaluations = stages.reduce(
    (sum, { id }) => sum + (keep === 'every' ? evaluationsOf(config.training[id]) : 1),
    0,
  );
  const bytes = runs * questions * (QUESTION_BYTES + evaluations * ANSWER_BYTES);
  return { runs, questions, evaluations, bytes };
}

/** A whole grid asks for every one of its cells. */
function cellsAsked({ dataset }: ExperimentConfig, test: CorpusDescription['tests'][number]['test']): number {
  return dataset.kind === 'mnist' && test !== 'questions' ? dataset.grid ** 2 : 1;
}

/** The last epoch is evaluated whatever the cadence. */
function evaluationsOf(stage: StageConfig | null): number {
  if (stage === null) return 0;
  return stage.evaluate_every === 0 ? 1 : Math.ceil(stage.epochs / stage.evaluate_every);
}
