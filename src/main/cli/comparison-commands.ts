/** The commands that compare and plan: what they are called and take; what they do is in `commands/`. */
import { Option, type Command } from 'commander';
import { PLANNED_TESTS } from '#shared/stats/planned-tests.ts';
import { dbOption, jsonOption, setOption, trainingOptions } from './options.ts';

/** `compare`. */
export function addCompare(program: Command): void {
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

/** `register`. */
export function addRegister(program: Command): void {
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

/** `plan`. */
export function addPlan(program: Command): void {
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

/** `repeat`. */
export function addRepeat(program: Command): void {
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
