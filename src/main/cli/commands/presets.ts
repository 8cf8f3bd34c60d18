import { PRESET_GROUPS, type PresetGroup } from '#shared/api/design.ts';
import { listPresets, type Preset } from '../../experiments/presets.ts';
import { bold, print, printJson, table } from '../output.ts';

/** `credence presets`: main settings, their ablations, sweeps, and the user's own. */
export function presetsCommand(options: { json?: boolean }): void {
  const presets = listPresets();
  if (options.json) return printJson(presets);
  const builtIn = presets.filter(({ source }) => source === 'built-in');
  for (const [group, heading] of Object.entries(PRESET_GROUPS))
    printGroup(
      heading,
      builtIn.filter((preset) => preset.group === (group as PresetGroup)),
    );
  printGroup(
    'Your own',
    presets.filter(({ source }) => source === 'user'),
  );
  print(
    'Run one with "credence run NAME"; "credence preview NAME" shows its texts; copy its file to change it.',
  );
}

function printGroup(heading: string, presets: readonly Preset[]): void {
  if (presets.length === 0) return;
  print(bold(heading));
  print(
    table(
      ['preset', 'what it does'],
      presets.map(({ name, summary }) => [name, summary]),
    ),
  );
  print();
}
