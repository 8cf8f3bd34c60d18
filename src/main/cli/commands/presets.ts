import { listPresets } from '../../experiments/presets.ts';
import { print, printJson, table } from '../output.ts';

/** `credence presets`. */
export function presetsCommand(options: { json?: boolean }): void {
  const presets = listPresets();
  if (options.json) return printJson(presets);
  print(
    table(
      ['preset', 'what it does'],
      presets.map(({ name, summary }) => [name, summary]),
    ),
  );
  print('\nRun one with "credence run NAME"; copy its file to change it.');
}
