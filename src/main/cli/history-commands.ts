/** The commands about what is saved: what they are called and take; what they do is in `commands/`. */
import { Option, type Command } from 'commander';
import { dbOption, jsonOption } from './options.ts';

/** `backup` and `restore`. */
export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('copy the history into a file; without one, list the backups that are made each day')
    .argument('[file]', 'new file')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (file: string | undefined, options) => {
      const { backupCommand } = await import('./commands/backup.ts');
      backupCommand(file, options);
    });
  program
    .command('restore')
    .description('put a backup in the place of the history, which is kept under another name')
    .argument('<file>', 'backup')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (file: string, options) => {
      const { restoreCommand } = await import('./commands/backup.ts');
      restoreCommand(file, options);
    });
}

/** `list`. */
export function addList(program: Command): void {
  program
    .command('list')
    .description('list saved experiments, newest first')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { listCommand } = await import('./commands/history.ts');
      await listCommand(options);
    });
}

/** `table`. */
export function addTable(program: Command): void {
  program
    .command('table')
    .description('experiments or runs with chosen columns, filtered and sorted')
    .option('--rows <what>', 'experiments or runs', 'experiments')
    .option(
      '--columns <list>',
      'for example id,name,alpha,d1consis,"max(d1consis.loss)"; any config field or metric',
    )
    .option('--where <filter>', 'for example "alpha < 0.8 and label:paper"; a word is looked for everywhere')
    .option('--sort <column>', 'smallest first; --sort=-iml: largest first (default: newest first)')
    .option('--limit <n>', 'rows at most')
    .option('--archived', 'those in the archive as well')
    .addOption(
      new Option('--format <format>', 'for other programs and papers').choices([
        'csv',
        'md',
        'latex',
        'json',
      ]),
    )
    .option('--out <file>', 'write it there')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { tableCommand } = await import('./commands/table.ts');
      tableCommand(options);
    });
}

/** `show`. */
export function addShow(program: Command): void {
  program
    .command('show')
    .description('show a saved experiment or sweep: runs, results and effects')
    .argument('<id>', 'experiment, or sweep (s3)')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (id: string, options) => {
      const { showCommand } = await import('./commands/history.ts');
      await showCommand(id, options);
    });
}
