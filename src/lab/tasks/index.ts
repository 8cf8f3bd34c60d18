/** The table of tasks: a new kind is a folder here and a line in it. */
import type { ExperimentConfig } from '#shared/config.ts';
import type { DatasetReport } from '#shared/records.ts';
import type { LoadOptions } from '../datasets/source-file.ts';
import { images } from './images/index.ts';
import { language } from './language/index.ts';
import { regression } from './regression/index.ts';
import type { Task, TaskKind } from './task.ts';

/** A kind whose config and data nobody above looks into. */
type AnyKind = TaskKind<ExperimentConfig, { report: DatasetReport }>;

const KINDS = { language, images, regression };

/** The kind of task that a config is of. */
export function kindOf({ task }: ExperimentConfig): AnyKind {
  return KINDS[task] as unknown as AnyKind;
}

/**
 * Reads the data of one seed and builds its task.
 * @throws UserError as the kind's `load` and `build`
 */
export async function loadTask(
  config: ExperimentConfig,
  seed: number,
  options: LoadOptions = {},
): Promise<Task> {
  const kind = kindOf(config);
  return kind.build(config, await kind.load(config, seed, options), seed);
}
