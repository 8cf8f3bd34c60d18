/** What a finished run answered, drawn over the data that it learnt from. */
import { decodeAnswers } from '#lab/answers/codec.ts';
import { loadTask } from '#lab/tasks/index.ts';
import type { AnsweredPicture } from '#shared/api/analysis.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { PointsPicture } from '#shared/corpus.ts';
import { ourConfig } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';

/** The data of a seed, and what a run with it answered. */
export interface AnsweredData {
  config: ExperimentConfig;
  seed: number;
  answers: ArrayLike<number>;
  /** Folder for parsed datasets. */
  cache: string;
}

/**
 * Builds the data of a run again and places its answers in their picture.
 * @returns null where the task's data are not drawn as one
 * @throws UserError `dataset.*`
 */
export async function drawAnswers({
  config,
  seed,
  answers,
  cache,
}: AnsweredData): Promise<PointsPicture | null> {
  const task = await loadTask(config, seed, { cache });
  return task.describe(0, 0, answers).picture ?? null;
}

interface Asked {
  experiment: number;
  /** The run to look at; where it has not finished with its answers kept, the first that has. */
  run?: number;
  cache: string;
}

/**
 * @param draw how the picture is made: here, or in a thread
 * @returns null where no finished run kept its answers, or they cannot be drawn
 * @throws UserError as `drawAnswers`
 */
export async function answeredPicture(
  history: History,
  { experiment, run: wanted, cache }: Asked,
  draw: (data: AnsweredData) => Promise<PointsPicture | null> = drawAnswers,
): Promise<AnsweredPicture | null> {
  const runs = history.answeredRuns(experiment);
  const run = runs.find(({ id }) => id === wanted) ?? runs.at(0);
  const kept = run && history.lastAnswers(run.id);
  const answers = kept && decodeAnswers(kept).values;
  if (!answers) return null;
  const config = ourConfig(history.getExperiment(experiment), 'draw its answers');
  const picture = await draw({ config, seed: run.seed, answers, cache });
  return picture && { run: run.id, seed: run.seed, picture };
}
