/** `npm run bench -- app`: the app with a large history. */
import { availableParallelism, cpus } from 'node:os';
import Table from 'cli-table3';
import { readCounts } from '../options.ts';
import type { HistorySize } from './history.ts';
import { measureApp } from './measure.ts';
import type { AppRow } from './summary.ts';

const HELP = `Usage: npm run bench -- app [options]

The app over a saved history, in headless Chromium (no GPU) against a real \`credence serve\`: the list, a
comparison of 20 experiments, frames while a run trains.

  --json             print {machine, rows} instead of a table
  --runs <n>         saved runs (default 1000)
  --seeds <n>        seeds of an experiment (default: once five and once one)
  --evaluations <n>  evaluations of each run (default 300)
  --compared <n>     experiments compared (default 20)
  --repeats <n>      servers started for each figure (default 5)
  --seconds <n>      seconds over which frames are counted (default 10)
  --help             show this
`;

const NUMBERS = { runs: 1000, seeds: 0, evaluations: 300, compared: 20, repeats: 5, seconds: 10 };

/** @param args of the command line after `app` */
export async function benchApp(args: string[]): Promise<void> {
  const read = readCounts(args, NUMBERS, HELP);
  if (!read) return;
  const { runs, seeds, evaluations, ...others } = read.counts;
  const rows = await measureApp({
    sizes: sizesOf(runs, seeds > 0 ? [seeds] : [5, 1], evaluations),
    ...others,
    progress: (message) => console.error(message),
  });
  console.log(read.json ? JSON.stringify({ machine: machine(), rows }, null, 2) : table(rows));
}

function sizesOf(runs: number, seedCounts: number[], evaluations: number): HistorySize[] {
  return seedCounts.map((seeds) => ({
    experiments: Math.max(2, Math.floor(runs / seeds)),
    seeds,
    evaluations,
  }));
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
