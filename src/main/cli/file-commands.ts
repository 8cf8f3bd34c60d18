/** The commands that write and read files of experiments: what they are called and take; what they do is in `commands/`. */
import { Option, type Command } from 'commander';
import { dbOption, jsonOption, repeated, setOption } from './options.ts';

/** `export`. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      'write every evaluation of a saved experiment to a file, or experiments as one .credence file',
    )
    .argument('<id...>', 'experiment; in a .credence file as many as wanted, and sweeps (s3)')
    .addOption(
      new Option(
        '--format <format>',
        'file format (default: csv, or what the name of the file says)',
      ).choices(['csv', 'json', 'credence']),
    )
    .option('--out <file>', 'file to write (default: standard output)')
    .option('--weights', 'in a .credence file: also the weights that runs kept')
    .addOption(dbOption())
    .addOption(new Option('--json', 'the same as --format json'))
    .action(async (ids: string[], options) => {
      const { exportCommand } = await import('./commands/export.ts');
      await exportCommand(ids, options);
    });
}

/** `export-data`. */
export function addExportData(program: Command): void {
  program
    .command('export-data')
    .description('write every training text and test question as JSON Lines, for other trainers')
    .argument('<experiment>', 'preset name or YAML file')
    .requiredOption('--out <folder>', 'a new or empty folder to write into')
    .option('--seed <n>', 'seed whose data to write (default: the first of the experiment)')
    .option('--force', 'write into a folder that was exported to before, replacing its files')
    .addOption(setOption())
    .addOption(jsonOption())
    .action(async (source: string, options) => {
      const { exportDataCommand } = await import('./commands/export-data.ts');
      await exportDataCommand(source, options);
    });
}

/** `import`. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description(
      "take over a .credence file, or evaluation series of other programs; or open a config file of the paper's authors, or a folder of them",
    )
    .argument(
      '<file>',
      "a .credence file; CSV, JSON Lines, TensorBoard event file, trainer_state.json, log or export of a W&B run, or a folder of runs; a YAML file of the authors' configs folder, or the folder",
    )
    .option(
      '--name <name>',
      'of runs of another program: what the experiment is called (default: as the file)',
    )
    .addOption(
      repeated(
        '--column <column=role>',
        'of runs of another program: what a column is, for example "eval_acc=d1consis/exact_match"; * stands for anything',
      ),
    )
    .addOption(repeated('--run <run=seed>', 'of runs of another program: the seed of a run'))
    .option(
      '--stage <stage>',
      'of runs of another program: the stage of what nothing else says it of (default: stage1)',
    )
    .option('--dry-run', 'of runs of another program: say how they would be read, and save nothing')
    .option('--out <file>', 'where to write our config (of a folder: the folder to write them into)')
    .option('--force', 'replace what is there already')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (source: string, options) => {
      const { importCommand } = await import('./commands/import.ts');
      process.exitCode = await importCommand(source, options);
    });
}
