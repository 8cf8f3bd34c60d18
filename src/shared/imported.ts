/**
 * Runs of other programs, as the history keeps them beside ours: where their numbers came from and how each column
 * was read stand in place of a config. They are shown, compared and exported; nothing can train them.
 */
import type { ImportedConfig } from './config/imported.ts';
import type { StageId } from './stages.ts';

export type { ImportedConfig } from './config/imported.ts';

/** How the identity of an experiment of another program begins, in every history. */
export const IMPORTED_UID = 'imported-';

/** Whether an experiment came from another program. */
export function isImported(config: { task: string }): config is ImportedConfig {
  return config.task === 'imported';
}

/** A stage's stretch of the epoch axis, as far as the runs were evaluated. */
export function importedSpans({ stages }: Pick<ImportedConfig, 'stages'>) {
  let from = 0;
  return stages.map(({ stage, epochs }): { stage: StageId; from: number; to: number } => {
    const span = { stage, from, to: from + epochs };
    from = span.to;
    return span;
  });
}
