/** The schema of whatever the history keeps as a config. */
import { TASK_SCHEMAS, taskOf } from './config.ts';
import { importedSchema } from './config/imported.ts';

/** The schema that a config which was saved says it has; null for none that is known. */
export function savedSchemaOf(raw: object) {
  if ('task' in raw && raw.task === 'imported') return importedSchema;
  const task = taskOf(raw);
  return task && TASK_SCHEMAS[task];
}
