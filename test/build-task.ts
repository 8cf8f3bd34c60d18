/** The task of a config that is written in a test, as a run of seed 0 has it. */
import type { LanguageTask } from '#lab/tasks/language/task.ts';
import { loadTask } from '#lab/tasks/index.ts';
import { parseYaml } from '#main/experiments/yaml-text.ts';
import { resolveConfig } from '#shared/resolve-config.ts';

/** @param yaml of the language task */
export async function buildTask(yaml: string): Promise<LanguageTask> {
  return (await loadTask(resolveConfig(parseYaml(yaml, 'test')), 0)) as LanguageTask;
}
