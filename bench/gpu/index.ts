/** `npm run bench -- gpu`: what Credence's engines and PyTorch make of a graphics card, in minutes. */
import { execFileSync } from 'node:child_process';
import { describeEngines } from '#lab/engines/index.ts';
import type { EngineDescription, Precision } from '#shared/engines.ts';
import { engineRunner, torchOnGpu, type Runner } from '../contenders.ts';
import { measure } from '../measure.ts';
import { readCounts } from '../options.ts';
import { GPU_SHAPES, SHAPES, type Shape } from '../shapes.ts';
import { stepper } from '../stepper.ts';
import { table } from '../table.ts';
import { findTorches, type Torch } from '../torch.ts';

const HELP = `Usage: npm run bench -- gpu [options]

On the GPU of this machine: whether each engine that works there computes what the CPU computes (losses of the quick
start's first steps, float32 and mixed), and training steps per second of the quick start, of Pythia 70M and 410M from
random weights, beside PyTorch on the same card.

  --json          print {engines, conformance, rows, settings} instead of tables
  --rounds <n>    rounds (default 3)
  --seconds <n>   seconds per round and setting (default 3)
  --steps <n>     steps that are compared with the CPU (default 20)
  --shapes <n>    the first n of pocket, pythia-70m-text, pythia-410m-text (default 3)
  --imitated <n>  1: take a device that the CPU imitates for a GPU, to try this script (default: no)
  --help          show this

CREDENCE_TORCH names a Python interpreter with PyTorch for this card.
`;

/** Engines that compute on a GPU; TensorFlow may, and says so itself. */
const isGpu = ({ id, detail }: EngineDescription) =>
  /^onnx-/.test(id) || (id === 'tensorflow' && /GPU/.test(detail));

const precisionsOf = ({ mixed }: EngineDescription): Precision[] =>
  mixed ? ['float32', 'mixed'] : ['float32'];

interface Conformance {
  engine: string;
  precision: Precision;
  /** Largest difference of a loss from the CPU's, as a share of it; null where the engine failed. */
  difference: number | null;
  error: string | null;
}

const COMPARED = 'pocket';

async function lossesOn(id: EngineDescription['id'], precision: Precision, steps: number): Promise<number[]> {
  const step = await stepper(COMPARED, id, 1, precision);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push(await step());
  return losses;
}

async function conformanceOf(
  { id }: EngineDescription,
  precision: Precision,
  expected: readonly number[],
): Promise<Conformance> {
  try {
    const losses = await lossesOn(id, precision, expected.length);
    const difference = Math.max(...losses.map((loss, i) => Math.abs(loss - expected[i]) / expected[i]));
    return { engine: id, precision, difference, error: null };
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split('\n');
    return { engine: id, precision, difference: null, error: line };
  }
}

/** What PyTorch computes on where it finds a card. */
function deviceOf({ python }: Torch): string | null {
  const script =
    'import torch; print("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "")';
  return execFileSync(python, ['-c', script], { encoding: 'utf8' }).trim() || null;
}

function peers(): Runner[] {
  return findTorches().flatMap((torch) => {
    const device = deviceOf(torch);
    return device === null ? [] : [torchOnGpu(torch, device, 'float32'), torchOnGpu(torch, device, 'mixed')];
  });
}

/** Where an engine fails on a shape, the others are measured all the same. */
async function measureEach(
  shapes: readonly Shape[],
  runners: readonly Runner[],
  options: { rounds: number; seconds: number },
) {
  const measured = [];
  for (const shape of shapes)
    for (const runner of runners.filter(({ isPeer }) => !isPeer)) {
      const same = runners.filter(({ isPeer, precision }) => isPeer && precision === runner.precision);
      try {
        const progress = (message: string) => console.error(message);
        measured.push(await measure([shape], { ...options, runners: [runner, ...same], cores: 1, progress }));
      } catch (error) {
        console.error(`${runner.name} left out on ${shape.name}: ${String(error)}`);
      }
    }
  return {
    rows: measured.flatMap(({ rows }) => rows),
    settings: measured.flatMap(({ settings }) => settings),
  };
}

/** @param args of the command line after `gpu` */
export async function benchGpu(args: string[]): Promise<void> {
  const read = readCounts(args, { rounds: 3, seconds: 3, steps: 20, shapes: 3, imitated: 2 }, HELP);
  if (!read) return;
  const { rounds, seconds, steps, shapes: count, imitated } = read.counts;
  const engines = (await describeEngines()).filter(isGpu);
  const usable = engines.filter(
    ({ available, never_auto }) => available && (imitated === 1 || never_auto === undefined),
  );
  const pairs = usable.flatMap((engine) =>
    precisionsOf(engine).map((precision) => [engine, precision] as const),
  );
  const expected = pairs.length === 0 ? [] : await lossesOn('onnx', 'float32', steps);
  const conformance: Conformance[] = [];
  for (const [engine, precision] of pairs) conformance.push(await conformanceOf(engine, precision, expected));
  const shapes = [...SHAPES, ...GPU_SHAPES].filter(({ name }) =>
    [COMPARED, 'pythia-70m-text', 'pythia-410m-text'].slice(0, count).includes(name),
  );
  const runners = [...pairs.map(([{ id }, precision]) => engineRunner(id, precision)), ...peers()];
  const measured = await measureEach(shapes, runners, { rounds, seconds });
  if (read.json) return console.log(JSON.stringify({ engines, conformance, ...measured }, null, 2));
  for (const engine of engines) console.log(engineLine(engine, usable.includes(engine)));
  for (const one of conformance) console.log(conformanceLine(one, steps));
  if (measured.rows.length > 0) console.log(table(measured));
}

function engineLine(
  { id, available, detail, reason, never_auto, mixed, mixed_reason }: EngineDescription,
  used: boolean,
): string {
  if (!available) return `${id}: not here: ${reason}`;
  if (!used) return `${id}: left out: ${never_auto}`;
  return `${id}: ${detail}; mixed precision ${mixed ? 'works' : `does not work: ${mixed_reason}`}`;
}

function conformanceLine({ engine, precision, difference, error }: Conformance, steps: number): string {
  const said =
    difference === null
      ? `failed: ${error}`
      : `losses of ${steps} steps within ${difference.toExponential(1)} of the CPU`;
  return `${engine}, ${precision}: ${said}`;
}
