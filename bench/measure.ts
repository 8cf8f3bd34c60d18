/** Measures steps per second, settings taking turns so that a busy moment hits all of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Precision } from '#shared/engines.ts';
import type { Child } from './child.ts';
import { arrangements, type Runner } from './contenders.ts';
import { joined, measurementOf, type Measurement, type Setting } from './rows.ts';
import type { Shape } from './shapes.ts';
import { writeTask } from './task.ts';

export interface Options {
  runners: Runner[];
  cores: number;
  rounds: number;
  /** Seconds each round measures each setting. */
  seconds: number;
  progress: (message: string) => void;
}

interface Contender extends Setting {
  children: Child[];
}

/** How far the losses of first steps may differ between those who train on the same task. */
const LOSS_TOLERANCE: Record<Precision, number> = { float32: 2e-3, mixed: 5e-2 };

function checkLosses({ name, precision }: Runner, losses: number[], expected: number[]): void {
  const most = LOSS_TOLERANCE[precision];
  const off = losses.findIndex((loss, i) => !(Math.abs(loss - expected[i]) <= most));
  if (off === -1 && losses.length === expected.length) return;
  throw new Error(
    `${name} does not train the same model: loss ${losses[off]} at step ${off + 1}, expected ${expected[off]}`,
  );
}

/** A shape being measured: its task on disk, and every process that was started for it. */
interface Field {
  shape: Shape;
  folder: string;
  children: Child[];
  /** Losses of the first steps, from whoever started first. */
  losses: number[] | null;
}

/** Starts a process and checks that it trains the same model as the others. */
async function launch(field: Field, runner: Runner, threads: number, { progress }: Options): Promise<Child> {
  progress(`starting ${runner.name} on ${field.shape.name}, ${threads} thread${threads === 1 ? '' : 's'}`);
  const child = runner.start(field.shape.name, field.folder, threads);
  field.children.push(child);
  const { losses } = (await child.next()) as { losses: number[] };
  field.losses ??= losses;
  checkLosses(runner, losses, field.losses);
  return child;
}

/** Starts the processes of a runner; arrangements share them, as only one trains at a time. */
async function start(field: Field, runner: Runner, options: Options): Promise<Contender[]> {
  const byThreads = new Map<number, Child[]>();
  const wanted = arrangements(options.cores);
  for (const { processes, threads } of wanted) {
    const children = byThreads.get(threads) ?? [];
    while (children.length < processes) children.push(await launch(field, runner, threads, options));
    byThreads.set(threads, children);
  }
  return wanted.map((arrangement) => ({
    runner: runner.name,
    isPeer: runner.isPeer,
    arrangement,
    rates: [],
    children: byThreads.get(arrangement.threads)?.slice(0, arrangement.processes) ?? [],
  }));
}

/** Steps per second of all processes of a contender, training at the same time. */
async function rate({ children }: Contender, seconds: number): Promise<number> {
  const done = await Promise.all(children.map((child) => child.next(String(seconds))));
  return (done as { steps: number; seconds: number }[]).reduce(
    (sum, { steps, seconds }) => sum + steps / seconds,
    0,
  );
}

/** Starts everything that can run here; a peer that cannot is left out and the cause is said. */
async function startAll(field: Field, options: Options): Promise<Contender[]> {
  const contenders: Contender[] = [];
  for (const runner of options.runners) {
    try {
      contenders.push(...(await start(field, runner, options)));
    } catch (error) {
      if (!runner.isPeer) throw error;
      options.progress(`left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return contenders;
}

async function measureShape(shape: Shape, options: Options): Promise<Contender[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'credence-bench-'));
  const field: Field = { shape, folder, children: [], losses: null };
  try {
    writeTask(folder, await shape.work());
    const contenders = await startAll(field, options);
    for (let round = 1; round <= options.rounds; round++) {
      options.progress(`round ${round} of ${options.rounds}: ${shape.name}`);
      for (const contender of contenders) contender.rates.push(await rate(contender, options.seconds));
    }
    return contenders;
  } finally {
    await Promise.all(field.children.map((child) => child.stop()));
    rmSync(folder, { recursive: true });
  }
}

/** Steps per second of every engine and peer on each shape. */
export async function measure(shapes: readonly Shape[], options: Options): Promise<Measurement> {
  const measured: Measurement[] = [];
  for (const shape of shapes) measured.push(measurementOf(shape.name, await measureShape(shape, options)));
  return joined(measured);
}
