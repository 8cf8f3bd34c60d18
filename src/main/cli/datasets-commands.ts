/** `credence datasets`: the tables in the data folder, and the bin of those that were removed. */
import type { Command } from 'commander';
import { jsonOption } from './options.ts';

export function addDatasets(program: Command): void {
  const datasets = program
    .command('datasets')
    .description('list the files of datasets in the data folder, and the tables that were removed from it')
    .addOption(jsonOption())
    .action(async (options) => {
      const { datasetsCommand } = await import('./commands/datasets.ts');
      datasetsCommand(options);
    });
  datasets
    .command('restore')
    .description('put a removed table back where it was')
    .argument('<table>', 'as "credence datasets" lists it')
    .action(async (id: string) => {
      const { restoreTableCommand } = await import('./commands/datasets.ts');
      restoreTableCommand(id);
    });
  datasets
    .command('empty')
    .description('remove tables of the bin for good, after asking; without names those that nothing needs')
    .argument('[tables...]', 'as "credence datasets" lists them')
    .option('--yes', 'remove without asking')
    .addOption(jsonOption())
    .action(async (ids: string[], _, command: Command) => {
      const { emptyCommand } = await import('./commands/datasets.ts');
      process.exitCode = await emptyCommand(ids, command.optsWithGlobals());
    });
}
