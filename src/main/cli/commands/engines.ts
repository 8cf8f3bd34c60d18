import { describeEngines } from '#lab/engines/index.ts';
import { green, print, printJson, red, table } from '../output.ts';

/** `credence engines`. */
export async function enginesCommand(options: { json?: boolean }): Promise<void> {
  const engines = await describeEngines();
  if (options.json) return printJson(engines);
  const rows = engines.map(({ id, available, detail, reason }) => [
    id,
    available ? green('works here') : red('missing'),
    available ? detail : (reason ?? ''),
  ]);
  print(table(['engine', '', ''], rows));
  print('\nChoose one with --engine or the config field "engine"; auto takes the first that works.');
}
