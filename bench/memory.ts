/** `npm run bench -- memory`: resident memory over a long training. */
import { readCounts } from './options.ts';
import { stepper } from './stepper.ts';

const HELP = `Usage: npm run bench -- memory [options]

Trains the shape \`pocket\` on the onnx engine and prints the memory of the process as it goes.

  --json         print {readings} instead of lines
  --steps <n>    training steps (default 2000)
  --every <n>    steps between readings (default 200)
  --threads <n>  threads (default 1)
  --help         show this
`;

const MIB = 2 ** 20;

/** Memory of this process after so many steps, in MiB. */
interface Reading {
  step: number;
  rss: number;
  heap: number;
  /** Tensors in JavaScript's hands. */
  buffers: number;
}

function reading(step: number): Reading {
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const [resident, heap, buffers] = [rss, heapUsed, arrayBuffers].map((bytes) => Math.round(bytes / MIB));
  return { step, rss: resident, heap, buffers };
}

/** @param args of the command line after `memory` */
export async function benchMemory(args: string[]): Promise<void> {
  const read = readCounts(args, { steps: 2000, every: 200, threads: 1 }, HELP);
  if (!read) return;
  const { steps, every, threads } = read.counts;
  const step = await stepper('pocket', 'onnx', threads);
  const readings: Reading[] = [];
  for (let done = 1; done <= steps; done++) {
    await step();
    if (done % every !== 0) continue;
    readings.push(reading(done));
    if (!read.json) console.log(line(readings[readings.length - 1]));
  }
  if (read.json) console.log(JSON.stringify({ readings }, null, 2));
}

function line({ step, rss, heap, buffers }: Reading): string {
  return `step ${step}: resident ${rss} MiB, heap ${heap} MiB, buffers ${buffers} MiB`;
}
