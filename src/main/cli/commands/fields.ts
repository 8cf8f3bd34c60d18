import { configFields } from '#shared/config-fields.ts';
import { TASK_IDS, type TaskId } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { print, printJson, table } from '../output.ts';

/** `credence fields`. */
export function fieldsCommand(part: string | undefined, options: { json?: boolean; task?: string }): void {
  const fields = configFields(taskNamed(options.task)).filter(
    ({ path }) => part === undefined || path.includes(part),
  );
  if (fields.length === 0)
    throw new UserError(
      'fields.none',
      `fields: no config field contains "${part}"; "credence fields" lists all`,
    );
  if (options.json) return printJson(fields);
  const rows = fields.map(({ path, default: value, help }) => [
    path,
    value === undefined ? '' : JSON.stringify(value),
    help,
  ]);
  print(table(['field', 'default', ''], rows));
}

/** @throws UserError `fields.task` */
function taskNamed(name = 'language'): TaskId {
  const task = TASK_IDS.find((id) => id === name);
  if (task) return task;
  throw new UserError(
    'fields.task',
    `--task: ${showValue(name)} is no kind of task; choose ${TASK_IDS.join(', ')}`,
  );
}
