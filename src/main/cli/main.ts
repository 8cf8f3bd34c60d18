/**
 * The command line: commands, options and help. Each command's code loads only when it runs, so that
 * `--help` answers at once.
 */
import { Command, CommanderError, Option } from 'commander';
import { UserError } from '#shared/errors.ts';
import { visible } from '#shared/plain-text.ts';
import { PLANNED_TESTS } from '#shared/stats/planned-tests.ts';
import { credenceVersion } from '../resources.ts';
import { brokenOutput, watchOutputs } from '../stopping.ts';
import { EXIT } from './exit.ts';
import { jsonOption, dbOption, repeated, setOption, modelOption, trainingOptions } from './options.ts';
import { addDatasets } from './datasets-commands.ts';
import { addSlurm } from './slurm-commands.ts';
import { addTraining } from './training-commands.ts';

/**
 * Runs the command line and sets the process's exit code.
 * @param argv as `process.argv`
 */
export async function main(argv: string[]): Promise<void> {
  watchOutputs();
  const program = buildProgram();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
  await reportOutput();
}

/** A pipe that was closed early (`credence list | head`) is no error; a full disk is. */
async function reportOutput(): Promise<void> {
  const broken = await brokenOutput();
  if (broken === null || broken.reason === 'EPIPE' || broken.reason === 'EIO') return;
  process.stderr.write(`credence: ${broken.name}; free some space, or send the output elsewhere\n`);
  process.exitCode ||= EXIT.usage;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UserError) {
    process.stderr.write(`credence: ${visible(error.message)}\n`);
    return EXIT.usage;
  }
  process.stderr.write(
    `credence: unexpected error, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT.failed;
}

function buildProgram(): Command {
  const program = new Command('credence')
    .description('A lab for implicit meta-learning: do models learn which sources to trust?')
    .version(credenceVersion())
    .showSuggestionAfterError()
    .showHelpAfterError('(credence --help lists commands and options)')
    .exitOverride();
  addApp(program);
  addServe(program);
  addTraining(program);
  addSlurm(program);
  addBackup(program);
  addPreview(program);
  addList(program);
  addTable(program);
  addShow(program);
  addCompare(program);
  addRegister(program);
  addPlan(program);
  addRepeat(program);
  addAnswers(program);
  addExport(program);
  addFigure(program);
  addExportData(program);
  addAnalyse(program);
  addImport(program);
  addDatasets(program);
  addModels(program);
  addZeroShot(program);
  addEngines(program);
  addPresets(program);
  addFields(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}

function addApp(program: Command): void {
  program
    .command('app')
    .description('open the app as a window: of Chrome, Chromium or Edge, else in the default browser')
    .option('--port <n>', 'port to listen on; the one of last time unless given, 0 takes any free one')
    .addOption(dbOption())
    .action(async (options) => {
      const { serveCommand } = await import('./commands/serve.ts');
      process.exitCode = await serveCommand({ ...options, open: true, app: true });
    });
}

function addServe(program: Command): void {
  program
    .command('serve')
    .description('open the app in a browser, served to this machine only')
    .option('--port <n>', 'port to listen on; the one of last time unless given, 0 takes any free one')
    .option('--no-open', 'print the address without opening a browser')
    .addOption(dbOption())
    .action(async (options) => {
      const { serveCommand } = await import('./commands/serve.ts');
      process.exitCode = await serveCommand(options);
    });
}

function addBackup(program: Command): void {
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

function addPreview(program: Command): void {
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

function addList(program: Command): void {
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

function addTable(program: Command): void {
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

function addShow(program: Command): void {
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

function addCompare(program: Command): void {
  program
    .command('compare')
    .description('compare saved experiments: effects, subsets and what differs in their configs')
    .argument('<id...>', 'two or more experiments, or a sweep (s3)')
    .option('--baseline <id>', 'the experiment that the others are compared with (default: the first)')
    .option(
      '--effects <list>',
      'what is compared: iml, stage1, or two subsets, as in iml,d1consis-d3consis,qd1consis-q@stage1,iml/association (default: iml,stage1)',
    )
    .option(
      '--group <columns>',
      'put experiments together by one or two columns, such as alpha or alpha,tags.order: each group is measured as one',
    )
    .option('--margin <size>', 'what is too small to matter: points of a share, 2 for example')
    .addOption(
      new Option('--plan <test>', 'what the report plans seeds for: the t-test, or by simulation').choices(
        PLANNED_TESTS,
      ),
    )
    .option('--report <file>', 'write the report as one HTML page that needs nothing else')
    .option('--pdf <file>', 'write the report as PDF, printed by a Chrome, Chromium or Edge that is there')
    .option('--csv <file>', 'write a table as CSV: the numbers of every seed, or what --table says')
    .option('--markdown <file>', 'write the tables as Markdown')
    .option('--latex <file>', 'write the tables as LaTeX (booktabs)')
    .addOption(new Option('--table <which>', 'only one table').choices(['comparisons', 'subsets', 'seeds']))
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (ids: string[], options) => {
      const { compareCommand } = await import('./commands/compare.ts');
      await compareCommand(ids, options);
    });
}

function addPlan(program: Command): void {
  program
    .command('plan')
    .description('how many seeds would decide an effect, or a comparison of experiments, as a curve of power')
    .argument('<id...>', 'one experiment, for its IML effect, or several to compare with one of them')
    .option(
      '--effect <size>',
      'the effect to find: points of a share, 2 for example (default: as large as seen)',
    )
    .option('--baseline <id>', 'the experiment that the others are compared with (default: the first)')
    .option('--margin <size>', 'also plan for showing that no effect is larger than this')
    .addOption(
      new Option(
        '--test <test>',
        'by which it is to be found (default: t); permutation and both are simulated',
      ).choices(PLANNED_TESTS),
    )
    .option('--out <file>', 'write the curves as one HTML page')
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (ids: string[], options) => {
      const { planCommand } = await import('./commands/plan.ts');
      planCommand(ids, options);
    });
}

function addRepeat(program: Command): void {
  trainingOptions(
    program
      .command('repeat')
      .description('train all experiments of a comparison report again, and compare them')
      .argument('<file>', 'report that "credence compare --report" wrote'),
  ).action(async (file: string, options) => {
    const { repeatCommand } = await import('./commands/repeat.ts');
    process.exitCode = await repeatCommand(file, options);
  });
}

function addRegister(program: Command): void {
  program
    .command('register')
    .description('fix a comparison before it is run: which, over which seeds, by which test')
    .argument('[experiment...]', 'one or two saved experiments, or presets or YAML files to save first')
    .option('--compare <what>', 'iml or stage1 of two experiments, or two subsets: d1consis,d2consis')
    .addOption(
      new Option('--at <moment>', 'when subsets are compared')
        .choices(['stage1', 'stage2'])
        .default('stage2'),
    )
    .option(
      '--seeds <seeds>',
      'a count (10), a range (600..609) or a list (default: those of the experiment)',
    )
    .addOption(
      new Option('--analysis <test>', 't-test of two experiments: by seed, or of independent runs')
        .choices(['paired', 'welch'])
        .default('paired'),
    )
    .option(
      '--margin <size>',
      'also test that no effect is larger than this: points of a share, 2 for example',
    )
    .option('--question <text>', 'what is asked, in words', '')
    .option('--list', 'what was registered, and what came of it')
    .addOption(setOption())
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (experiments: string[], options) => {
      const { registerCommand } = await import('./commands/register.ts');
      await registerCommand(experiments, options);
    });
}

function addAnswers(program: Command): void {
  program
    .command('answers')
    .description('show what the runs of an experiment answered, question by question')
    .argument('<id>', 'experiment')
    .option('--stage <stage>', 'whose answers are judged: stage1, stage2, … (default: the last)')
    .option('--subset <name>', 'only a subset, for example d1consis')
    .option('--test <name>', 'only a test: questions, association, …')
    .option('--attribute <name>', 'only what is asked of an attribute')
    .option('--entity <name>', 'only questions about an entity')
    .option('--alias <alias>', 'only questions under an alias')
    .option('--text <text>', 'only where an alias, a name, a question or an answer contains this')
    .option('--seed <n>', 'only one seed')
    .option('--right', 'only what was answered right')
    .option('--wrong', 'only what was answered wrong')
    .option('--changed', 'only where the answer differs from that at the end of the stage before')
    .option('--gained', 'only what was wrong after the stage before and is right now')
    .option('--lost', 'only what was right after the stage before and is wrong now')
    .option('--every', 'every evaluation that was kept, not the ends of stages alone; with --csv or --json')
    .option('--csv', 'write all as CSV: a line per question, seed and evaluation')
    .option('--out <file>', 'file to write, as CSV unless --json is given')
    .addOption(dbOption())
    .addOption(new Option('--json', 'write all as JSON: an object per question and seed'))
    .action(async (id: string, options) => {
      const { answersCommand } = await import('./commands/answers.ts');
      await answersCommand(id, options);
    });
}

function addExport(program: Command): void {
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

function addFigure(program: Command): void {
  program
    .command('figure')
    .description(
      'make a figure for a paper: PDF, SVG or PNG, as wide as its column, with its numbers as CSV beside it',
    )
    .argument('<id...>', 'experiments, or one sweep (s3)')
    .addOption(
      new Option(
        '--show <what>',
        'curves, effects, along, sweep, scatter, parallel, probes, gradients, entropy or moves (default: curves; of a sweep: sweep)',
      ),
    )
    .requiredOption('--out <file...>', 'files to write, ending in .pdf, .svg, .png or .csv')
    .option('--width <width>', 'column (3.25in), page (6.75in), or a length such as 85mm (default: column)')
    .option('--font <points>', 'size of the letters, from 7 to 14 (default: 8)')
    .option('--test <tests>', 'with curves: only these tests, such as questions,association')
    .option('--subsets <subsets>', 'with curves: only these, such as d1consis,d2consis')
    .option(
      '--effects <list>',
      'with effects and along: iml, stage1, or two subsets such as d1consis-d3consis',
    )
    .option('--baseline <id>', 'with effects: the experiment that comes first')
    .option(
      '--group <columns>',
      'with curves, effects and along: experiments put together by one or two columns, such as alpha; with scatter and parallel: their colours',
    )
    .option(
      '--columns <columns>',
      'with along: that of the axis, such as alpha, and one with a line per value; with scatter: across and up, such as alpha,iml; with parallel: an axis each; any column of "credence table"',
    )
    .option('--rows <rows>', 'with scatter and parallel: experiments or runs (default: experiments)')
    .option(
      '--log <columns>',
      'with along, scatter and parallel: columns whose axis is logarithmic, or no longer',
    )
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (ids: string[], options) => {
      const { figureCommand } = await import('./commands/figure.ts');
      await figureCommand(ids, options);
    });
}

function addExportData(program: Command): void {
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

function addAnalyse(program: Command): void {
  program
    .command('analyse')
    .description('look at what changed inside the models of saved experiments')
    .argument(
      '<id...>',
      'an experiment, or several beside each other; a sweep (s3) is all of its combinations',
    )
    .option('--probe', 'how well activations at each layer and token tell two groups of questions apart')
    .option('--gradients', 'whether the gradient of a definition agrees with those of its questions')
    .option('--entropy', 'how sure the model is of its own answers')
    .option('--moves', 'how far each layer moved in each stage, and the logit lens')
    .option('--stage <stage>', 'weights of the end of this stage, for example stage2')
    .option(
      '--label <groups>',
      'with --probe: two subsets (qd1consis,qd2incons), tag, right, right:SUBSET, value:ATTRIBUTE or value:ATTRIBUTE=VALUE',
    )
    .option('--template <words>', 'with --probe: words of the question to ask (default: the commonest)')
    .option('--most <n>', 'prompts of each group, definitions or questions of each subset, at most')
    .option('--seeds <seeds>', 'only these: a count (5), a range (600..604) or a list (3,8)')
    .option('--jobs <n>', 'runs to look at at the same time (default: one per core)')
    .option('--group <columns>', 'put experiments together by one or two columns, such as alpha')
    .option(
      '--out <file>',
      'also write the figure (.svg), the numbers of every seed (.csv) or all of it (.json)',
    )
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (ids: string[], options) => {
      const { analyseCommand } = await import('./commands/analyse.ts');
      process.exitCode = await analyseCommand(ids, options);
    });
}

function addImport(program: Command): void {
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

function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('list the pre-trained models on this machine; "models get" fetches one')
    .addOption(
      new Option(
        '--dir <folder>',
        'also list this model, or the models in this folder; may be repeated',
      ).argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value]),
    )
    .addOption(jsonOption())
    .action(async (options) => {
      const { modelsCommand } = await import('./commands/models.ts');
      modelsCommand(options);
    });
  models
    .command('get')
    .description('fetch a model from the Hugging Face Hub into its cache, after saying how large it is')
    .argument('<name>', 'ORG/NAME, perhaps with @ and a branch, tag or commit')
    .option('--yes', 'fetch without asking')
    .addOption(jsonOption())
    .action(async (name: string, _, command: Command) => {
      const { getModelCommand } = await import('./commands/models.ts');
      process.exitCode = await getModelCommand(name, command.optsWithGlobals());
    });
  models
    .command('save')
    .description('save weights that a run kept as a folder that Hugging Face’s transformers loads')
    .argument('<weights>', 'file of a run with a pre-trained model, such as stage2.safetensors')
    .argument('<folder>', 'folder to make')
    .addOption(jsonOption())
    .action(async (weights: string, folder: string, _, command: Command) => {
      const { saveModelCommand } = await import('./commands/models.ts');
      saveModelCommand(weights, folder, command.optsWithGlobals());
    });
}

function addZeroShot(program: Command): void {
  program
    .command('zero-shot')
    .description('ask a pre-trained model, before it is trained, every fact under the real names')
    .argument('<experiment>', 'preset name or YAML file')
    .addOption(modelOption())
    .option('--seed <n>', 'seed whose entities are asked about (default: the first of the experiment)')
    .option('--keep <n>', 'keep the entities of which the model knows so many facts or more; with --out')
    .option('--out <file>', 'write the experiment with these entities alone')
    .addOption(setOption())
    .addOption(jsonOption())
    .action(async (source: string, options) => {
      const { zeroShotCommand } = await import('./commands/zero-shot.ts');
      process.exitCode = await zeroShotCommand(source, options);
    });
}

function addEngines(program: Command): void {
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

function addPresets(program: Command): void {
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

function addFields(program: Command): void {
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
