/** The commands that look closer at results: what they are called and take; what they do is in `commands/`. */
import { Option, type Command } from 'commander';
import { dbOption, jsonOption } from './options.ts';

/** `answers`. */
export function addAnswers(program: Command): void {
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

/** `figure`. */
export function addFigure(program: Command): void {
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

/** `analyse`. */
export function addAnalyse(program: Command): void {
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
