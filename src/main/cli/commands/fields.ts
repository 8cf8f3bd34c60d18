import { configFields } from '#shared/config-fields.ts';
import { UserError } from '#shared/errors.ts';
import { print, printJson, table } from '../output.ts';

/** `credence fields`. */
export function fieldsCommand(part: string | undefined, options: { json?: boolean }): void {
  const fields = configFields().filter(({ path }) => part === undefined || path.includes(part));
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
