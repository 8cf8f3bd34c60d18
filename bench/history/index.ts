/** `npm run bench -- history`: the table of experiments and runs over a history of ten thousand runs. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import type { Page } from 'playwright-core';
import pidusage from 'pidusage';
import { openApp, type App } from '#test/e2e/browser.ts';
import { sizeText } from '#shared/counting.ts';
import type { ExperimentListItem } from '#shared/api/experiments.ts';
import { openHistory } from '#main/history/history.ts';
import { writeHistory } from '../app/history.ts';
import { summarise, type AppRow } from '../app/summary.ts';
import { readCounts } from '../options.ts';
import { act, openTable } from './page.ts';

const HELP = `Usage: npm run bench -- history [options]

The table of experiments and runs, in headless Chromium (no GPU) against a real \`credence serve\`: opened, filtered, sorted
and grouped, from the key or the click until the rows are drawn.

  --json             print {rows, database, server, page} instead of a table; sizes in bytes
  --runs <n>         runs, each an experiment of its own (default 10000)
  --evaluations <n>  evaluations of each (default 100)
  --repeats <n>      servers started (default 5)
  --help             show this
`;

/** What is done in an open table, in this order, and what shows that it is done. */
const STEPS: [what: string, hash: string][] = [
  ['filter: a config field', '#/runs?rows=runs&where=alpha+%3C+0.8'],
  ['filter: a metric', '#/runs?rows=runs&where=d1consis+%3E+30%25'],
  ['filter: a field and a metric', '#/runs?rows=runs&where=alpha+%3C+0.8+and+d1consis+%3E+30%25'],
  ['filter: a word', '#/runs?rows=runs&where=tve'],
  ['sort: a metric', '#/runs?rows=runs&sort=-d1consis'],
  ['sort: a config field', '#/runs?rows=runs&sort=alpha'],
  ['group: a metric by a config field', '#/runs?rows=runs&by=alpha&of=d1consis'],
];

/** @param args of the command line after `history` */
export async function benchHistory(args: string[]): Promise<void> {
  const read = readCounts(args, { runs: 10_000, evaluations: 100, repeats: 5 }, HELP);
  if (!read) return;
  const home = mkdtempSync(path.join(tmpdir(), 'credence-bench-'));
  try {
    const { runs, evaluations, repeats } = read.counts;
    console.error(`writing ${runs} runs of ${evaluations} evaluations each`);
    writeHistory(home, { experiments: runs, seeds: 1, evaluations });
    const measured = await measure(home, `${runs} × ${evaluations}`, repeats);
    console.log(read.json ? JSON.stringify(measured, null, 2) : tableOf(measured));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

interface Measured {
  rows: AppRow[];
  /** Bytes: of the file, of the server's process, of the page's scripts. */
  database: number;
  server: number;
  page: number;
}

async function measure(home: string, label: string, repeats: number): Promise<Measured> {
  const samples = new Map<string, number[]>();
  let [server, heap] = [0, 0];
  for (let repeat = 0; repeat < repeats; repeat++) {
    console.error(`server ${repeat + 1} of ${repeats}`);
    const app = await openApp(home);
    try {
      if (repeat === 0) await headlines(app);
      for (const [what, time] of await oneServer(app))
        samples.set(what, [...(samples.get(what) ?? []), time]);
      server = Math.max(server, (await pidusage(app.pid)).memory);
      heap = Math.max(heap, await heapOf(app.page));
    } finally {
      await app.close();
    }
  }
  const history = openHistory(path.join(home, 'history.sqlite'));
  history.close();
  const rows = [...samples].map(([what, values]) => summarise(label, what, values));
  return { rows, database: statSync(path.join(home, 'history.sqlite')).size, server, page: heap };
}

/** The effects in the list, which the app works out by itself, once. */
async function headlines({ post }: App): Promise<void> {
  console.error('letting the app prepare headlines');
  for (;;) {
    const list = await post<ExperimentListItem[]>('experiments.list', {});
    if (list.every(({ headline }) => headline !== null)) return;
    await sleep(1000);
  }
}

async function oneServer({ context, origin, page }: App): Promise<[string, number][]> {
  const found: [string, number][] = [];
  const opened = await openTable(context, `${origin}/#/runs?rows=runs`);
  found.push(['open: runs', opened.drawn]);
  for (const [what, hash] of STEPS) {
    // Each twice: first with what it needs still to be read, then as one goes on typing or clicking.
    found.push([`${what}, first`, await act(opened.page, hash)]);
    await act(opened.page, '#/runs?rows=runs');
    found.push([what, await act(opened.page, hash)]);
    await act(opened.page, '#/runs?rows=runs');
  }
  await opened.page.close();
  const experiments = await openTable(context, `${origin}/#/runs?columns=id,name,alpha,d1consis,iml`);
  found.push(['open: experiments with chosen columns', experiments.drawn]);
  await experiments.page.close();
  await page.bringToFront();
  return found;
}

/** Bytes of scripts' objects once what nobody needs is gone. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

function tableOf({ rows, database, server, page }: Measured): string {
  const head = ['what', 'median, ms', 'lowest', 'highest', 'limit'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { what, median, lowest, highest } of rows)
    table.push([what, ...[median, lowest, highest].map((value) => value.toFixed(0)), limitOf(what)]);
  return `${table.toString()}\ndatabase ${sizeText(database)}, server ${sizeText(server)}, scripts of the page ${sizeText(page)}`;
}

function limitOf(what: string): number {
  return /^(?:open|group)/.test(what) ? 1000 : 200;
}
