/** `npm run bench -- app`: the app with a large history. */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import type { HistorySize } from './history.ts';
import { measureApp } from './measure.ts';
import type { AppRow } from './summary.ts';

const HELP = `Usage: npm run bench -- app [options]

The app over a saved history, in headless Chromium (no GPU) against a real \`credence serve\`: the list, a
comparison of 20 experiments, frames while a run trains.

  --json             print {machine, rows} instead of a table
  --runs <n>         saved runs (default 1000), once as experiments of five seeds and once of one
  --evaluations <n>  evaluations of each run (default 300)
  --compared <n>     experiments compared (default 20)
  --repeats <n>      servers started for each figure (default 5)
  --seconds <n>      seconds over which frames are counted (default 10)
  --help             show this
`;

const NUMBERS = { runs: '1000', evaluations: '300', compared: '20', repeats: '5', seconds: '10' };

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function parse(args: string[]) {
  const number = (name: keyof typeof NUMBERS) => ({ type: 'string' as const, default: NUMBERS[name] });
  try {
    return parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        runs: number('runs'),
        evaluations: number('evaluations'),
        compared: number('compared'),
        repeats: number('repeats'),
        seconds: number('seconds'),
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

/** @param args of the command line after `app` */
export async function benchApp(args: string[]): Promise<void> {
  const options = parse(args);
  if (options.help) return console.log(HELP);
  const number = (name: keyof typeof NUMBERS) => {
    const value = Number(options[name]);
    return Number.isInteger(value) && value > 0
      ? value
      : fail(`--${name} is ${options[name]}; give a whole number above 0.`);
  };
  const rows = await measureApp({
    sizes: sizesOf(number('runs'), number('evaluations')),
    compared: number('compared'),
    repeats: number('repeats'),
    seconds: number('seconds'),
    progress: (message) => console.error(message),
  });
  console.log(options.json ? JSON.stringify({ machine: machine(), rows }, null, 2) : table(rows));
}

function sizesOf(runs: number, evaluations: number): HistorySize[] {
  return [5, 1].map((seeds) => ({ experiments: Math.max(2, Math.floor(runs / seeds)), seeds, evaluations }));
}

function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    browser: 'headless Chromium without a GPU',
  };
}

function table(rows: readonly AppRow[]): string {
  const view = new Table({
    head: ['history', 'what', 'median', 'lowest', 'highest', '95 %', 'n', 'limit'],
    style: { head: [], border: [] },
  });
  const text = (value: number | null) => (value === null ? '' : value.toFixed(value < 100 ? 1 : 0));
  for (const row of rows) {
    const { history, what, median, lowest, highest, p95, n, limit } = row;
    view.push([history, what, ...[median, lowest, highest, p95].map(text), n, limit ?? '']);
  }
  return view.toString();
}
