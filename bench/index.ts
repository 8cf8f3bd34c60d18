/** `npm run bench`: training steps per second of each engine on this machine. */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { describeEngines } from '#lab/engines/index.ts';
import { measure, type Row } from './measure.ts';
import { SHAPES, type Shape } from './shapes.ts';

const HELP = `Usage: npm run bench -- [options]

Training steps per second of each engine, medians over alternating rounds.

  --json             print {machine, rows} instead of a table
  --shape <name>     measure only this shape: ${SHAPES.map(({ name }) => name).join(', ')} (may be repeated)
  --threads <n>      threads of one step (default 1, as when each core trains a seed)
  --rounds <n>       rounds (default 5)
  --seconds <n>      seconds per round, shape and engine (default 2)
  --reference        measure the reference engine too (very slow)
  --help             show this
`;

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function parse() {
  try {
    return parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        shape: { type: 'string', multiple: true },
        threads: { type: 'string', default: '1' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '2' },
        reference: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

const args = parse();

function positive(option: 'threads' | 'rounds' | 'seconds'): number {
  const value = Number(args[option]);
  const kind = option === 'seconds' ? 'number' : 'whole number';
  const isKind = option === 'seconds' || Number.isInteger(value);
  return value > 0 && isKind ? value : fail(`--${option} is ${args[option]}; give a ${kind} above 0.`);
}

function chosenShapes(): Shape[] {
  const unknown = args.shape?.find((name) => !SHAPES.some((shape) => shape.name === name));
  if (unknown) {
    fail(`--shape is ${unknown}; choose from ${SHAPES.map(({ name }) => name).join(', ')}.`);
  }
  return SHAPES.filter(({ name }) => args.shape?.includes(name) ?? true);
}

function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_gib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    threads: positive('threads'),
  };
}

function table(rows: Row[]): string {
  const view = new Table({
    head: ['shape', 'engine', 'steps/s', 'ms/step', 'spread'],
    style: { head: [], border: [] },
  });
  for (const { shape, engine, steps_per_s, spread } of rows) {
    const percent = `${(100 * spread).toFixed(0)} %`;
    view.push([shape, engine, steps_per_s.toPrecision(3), (1000 / steps_per_s).toPrecision(3), percent]);
  }
  return view.toString();
}

async function main(): Promise<void> {
  if (args.help) return console.log(HELP);
  const known = await describeEngines();
  const engines = known.filter(({ id, available }) => available && (id !== 'reference' || args.reference));
  const rows = await measure(chosenShapes(), {
    engines: engines.map(({ id }) => id),
    threads: positive('threads'),
    rounds: positive('rounds'),
    seconds: positive('seconds'),
    progress: (message) => console.error(message),
  });
  console.log(args.json ? JSON.stringify({ machine: machine(), rows }, null, 2) : table(rows));
}

await main();
