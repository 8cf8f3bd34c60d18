/** What a run read about an alias: its data are built again, and proven to be those that it trained on. */
import { changedData } from '#lab/datasets/same-files.ts';
import { loadTask } from '#lab/tasks/index.ts';
import type { Thing } from '#shared/answers.ts';
import type { ReadReply } from '#shared/api/answers.ts';
import type { ExperimentConfig, StageConfig } from '#shared/config.ts';
import type { RunRecord } from '#shared/records.ts';
import { configOf } from '../trainer/job.ts';

/** Examples that are shown of a thing. */
const SHOWN = 300;

export interface ExamplesOf {
  config: ExperimentConfig;
  run: Pick<RunRecord, 'experiment' | 'seed' | 'seed_stage2' | 'corpus_hash'>;
  thing: Thing;
  /** Folder for parsed datasets. */
  cache: string;
}

/**
 * The training examples about a thing.
 * @throws UserError `data.changed` where the data are not those of the run; as `loadTask`
 */
export async function examplesAbout({
  config,
  run,
  thing,
  cache,
}: ExamplesOf): Promise<Pick<ReadReply, 'examples' | 'left_out'>> {
  const { experiment, seed, seed_stage2, corpus_hash } = run;
  const task = await loadTask(configOf({ config, seed_stage2 }), seed, { cache });
  if (corpus_hash !== null && task.hashes.corpus !== corpus_hash)
    throw changedData(experiment, `seed ${seed} trained on other data than they give now`);
  const all = [...task.examplesAbout(thing)];
  const examples = all.slice(0, SHOWN).map((example) => {
    const stage: StageConfig | null = config.training[example.stage];
    return { ...example, copies: example.kind === 'definition' ? (stage?.definition_repeats ?? 1) : 1 };
  });
  return { examples, left_out: all.length - examples.length };
}
