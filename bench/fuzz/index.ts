/**
 * Everything that reads foreign bytes, with inputs that are nearly right (`npm run fuzz`): no crash, no hang, no
 * polluted prototype, no gigabyte, no file outside. Exit code 1, and the inputs in a folder, where there was one.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import Table from 'cli-table3';
import { fail } from '../options.ts';
import { fuzz, type Outcome } from './fuzz.ts';
import { TARGETS } from './targets.ts';

const HELP = `npm run fuzz -- [options]
  --inputs N        of each parser (100000)
  --only LIST       of ${Object.keys(TARGETS).join(', ')} (all)
  --seed N          of the inputs (1)`;

/** Ends the process where one input takes for ever; it looks from a thread of its own. */
const WATCH = `
const { workerData: { now, names } } = require('node:worker_threads');
let [last, since] = [-1, Date.now()];
setInterval(() => {
  const at = now[0] * 1e9 + now[1];
  if (at !== last) [last, since] = [at, Date.now()];
  else if (now[0] >= 0 && Date.now() - since > 60000) {
    process.stderr.write(names[now[0]] + ': input ' + now[1] + ' hangs\\n', () => process.kill(process.pid, 'SIGKILL'));
  }
}, 1000);`;

function watchdog(names: readonly string[]): { now: Int32Array; end: () => void } {
  const now = new Int32Array(new SharedArrayBuffer(8)).fill(-1);
  const worker = new Worker(WATCH, { eval: true, workerData: { now, names } });
  worker.unref();
  return { now, end: () => void worker.terminate() };
}

function keep(name: string, { faults }: Outcome): void {
  if (faults.length === 0) return;
  const folder = mkdtempSync(path.join(tmpdir(), `credence-fuzz-found-${name}-`));
  for (const [i, { what, input }] of faults.entries()) {
    writeFileSync(path.join(folder, String(i)), input);
    console.log(`${name}: ${what.slice(0, 600)}\n  ${path.join(folder, String(i))}`);
  }
}

async function main(): Promise<void> {
  const text = { type: 'string' as const };
  const { values } = parseArgs({
    options: { inputs: text, only: text, seed: text, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(HELP);
  const names = values.only?.split(',') ?? Object.keys(TARGETS);
  if (!names.every((name) => Object.hasOwn(TARGETS, name)))
    fail(`--only: there are ${Object.keys(TARGETS).join(', ')}`);
  const [inputs, seed] = [Number(values.inputs ?? 100_000), Number(values.seed ?? 1)];
  if (!(inputs > 0 && Number.isInteger(seed))) fail('--inputs and --seed take whole numbers');
  const { now, end } = watchdog(names);
  const head = ['', 'inputs', 'accepted', 'slowest, ms', 'inputs/s', 'faults'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const [index, name] of names.entries()) {
    const start = performance.now();
    const outcome = await fuzz(name, { inputs, seed, began: (n) => now.set([index, n]) });
    const rate = Math.round((1000 * outcome.inputs) / (performance.now() - start));
    table.push([
      name,
      outcome.inputs,
      outcome.accepted,
      Math.round(outcome.slowest),
      rate,
      outcome.faults.length,
    ]);
    console.error(`${name}: ${outcome.inputs} inputs, ${outcome.faults.length} faults`);
    keep(name, outcome);
    if (outcome.faults.length > 0) process.exitCode = 1;
  }
  end();
  console.log(table.toString());
}

await main();
