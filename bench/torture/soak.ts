/**
 * Short runs for hours in one open app, which is looked at, exported from and tidied meanwhile as a person would:
 * what its main process holds must not grow with what it has done (`npm run torture -- --soak MINUTES`).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import { median } from 'd3-array';
import { tiny } from '#test/service.ts';
import { idle, serveApp, type ServedApp } from './app.ts';
import { openHeap } from './heap.ts';
import { usage, type Usage } from './usage.ts';

/** Experiments that stay in the list; older ones are deleted, as a person tidies. */
const KEPT = 20;
/** Lines of the table. */
const LINES = 24;
/** The most in the last quarter that counts as no growth, by what it was in the second. */
const GROWTH = {
  ...{ heap: (before: number) => 1.15 * before, memory: (before: number) => 1.15 * before },
  ...{ handles: (before: number) => before + 4, threads: (before: number) => before + 2 },
  temporary: (before: number) => before,
};

/** @returns faults in words, none where everything stayed flat */
export async function soak(minutes: number): Promise<string[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'credence-soak-'));
  const temporary = path.join(home, 'temporary');
  mkdirSync(temporary);
  const app = await serveApp(home, { TMPDIR: temporary });
  const heap = await openHeap(app);
  const looks: Usage[] = [];
  let runs = 0;
  try {
    const began = performance.now();
    const passed = () => (performance.now() - began) / 60_000;
    for (let round = 1; passed() < minutes; round++) {
      runs += await oneRound(app, round);
      looks.push(usage({ pid: app.pid, home, temporary }, passed(), await heap.live()));
      if (round % 20 === 0) console.error(line(looks.at(-1)!, runs));
    }
  } finally {
    heap.close();
    await app.close();
  }
  print(looks, runs);
  const faults = growth(looks);
  if (faults.length === 0) rmSync(home, { recursive: true, force: true });
  return faults;
}

/** Trains one, opens every page of it, exports, compares, and deletes what is old. @returns runs trained */
async function oneRound(app: ServedApp, round: number): Promise<number> {
  const config = tiny({ name: `round ${round}`, seeds: [round, round + 1] });
  const { experiment, runs } = await app.call('experiments.create', { config });
  await idle(app);
  const list = await app.call('experiments.list', {});
  await app.call('experiments.get', { id: experiment.id });
  await app.call('analysis.curves', { experiment: experiment.id, test: 'questions', metric: 'exact_match' });
  await app.call('analysis.effects', { experiment: experiment.id, test: 'questions' });
  await app.call('answers.overview', { experiments: [experiment.id] });
  await app.call('export.report', { experiment: experiment.id });
  await app.call('export.csv', { experiments: [experiment.id] });
  await app.call('experiments.addNote', { id: experiment.id, text: `round ${round}` });
  const ids = list.map((item) => item.id);
  if (ids.length > 1) await app.call('analysis.compare', { experiments: ids.slice(0, 4), test: 'questions' });
  if (ids.length > KEPT) await app.call('experiments.delete', { ids: ids.slice(KEPT) });
  return runs.length;
}

/** What grew from the second quarter to the last; the first is warming up. */
function growth(looks: readonly Usage[]): string[] {
  const quarter = Math.floor(looks.length / 4);
  if (quarter < 3) return [`only ${looks.length} rounds: give more minutes`];
  const of = (part: readonly Usage[], field: keyof Usage) => median(part, (look) => look[field]) ?? NaN;
  const early = looks.slice(quarter, 2 * quarter);
  const late = looks.slice(-quarter);
  const grew = (field: keyof typeof GROWTH) => {
    const [before, after] = [of(early, field), of(late, field)];
    return after > GROWTH[field](before)
      ? [`${field} grew from ${before.toFixed(0)} to ${after.toFixed(0)}`]
      : [];
  };
  return (Object.keys(GROWTH) as (keyof typeof GROWTH)[]).flatMap(grew);
}

const FIELDS = [
  'minutes',
  'heap',
  'memory',
  'handles',
  'threads',
  'children',
  'temporary',
  'history',
  'files',
] as const;

function line(look: Usage, runs: number): string {
  return `${runs} runs, ${FIELDS.map((field) => `${field} ${look[field].toFixed(1)}`).join(', ')}`;
}

function print(looks: readonly Usage[], runs: number): void {
  const table = new Table({ head: [...FIELDS], style: { head: [], border: [] } });
  const every = Math.max(1, Math.floor(looks.length / LINES));
  for (const look of looks.filter((_, at) => at % every === 0))
    table.push(
      FIELDS.map((field) => look[field].toFixed(['heap', 'memory', 'history'].includes(field) ? 1 : 0)),
    );
  console.log(table.toString());
  console.log(`${looks.length} experiments, ${runs} runs`);
}
