/** The commands one designs an experiment with: what they are called and take; what they do is in `commands/`. */
import type { Command } from 'commander';
import { dbOption, jsonOption, modelOption, setOption } from './options.ts';

/** `preview`. */
export function addPreview(program: Command): void {
  program
    .command('preview')
    .description('show the documents, counts and test questions an experiment would use')
    .argument('<experiment>', 'preset name or YAML file')
    .option('--seed <n>', 'seed to show (default: the first of the experiment)')
    .option('--samples <n>', 'samples per subset', '2')
    .option('--cell <n>', 'combination of a sweep to show (default: the first)')
    .addOption(modelOption())
    .addOption(setOption())
    .addOption(jsonOption())
    .action(async (source: string, options) => {
      const { previewCommand } = await import('./commands/preview.ts');
      await previewCommand(source, options);
    });
}

/** `engines`. */
export function addEngines(program: Command): void {
  program
    .command('engines')
    .description('list what can compute on this machine, and what is missing')
    .addOption(dbOption().hideHelp())
    .addOption(jsonOption())
    .action(async (options) => {
      const { enginesCommand } = await import('./commands/engines.ts');
      await enginesCommand(options);
    });
}

/** `presets`. */
export function addPresets(program: Command): void {
  program
    .command('presets')
    .description('list the experiments that come with Credence')
    .addOption(dbOption().hideHelp())
    .addOption(jsonOption())
    .action(async (options) => {
      const { presetsCommand } = await import('./commands/presets.ts');
      presetsCommand(options);
    });
}

/** `fields`. */
export function addFields(program: Command): void {
  program
    .command('fields')
    .description('list every config field with its default and what it means')
    .argument('[part]', 'only fields whose path contains this, for example stage2')
    .addOption(jsonOption())
    .action(async (part: string | undefined, options) => {
      const { fieldsCommand } = await import('./commands/fields.ts');
      fieldsCommand(part, options);
    });
}
