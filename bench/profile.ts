/** Where the time of a training step goes, operator by operator: here, and in PyTorch on the same task. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { trainerEnv } from '#main/runs/trainer-env.ts';
import { finished } from './commands.ts';
import { operatorTable, type Profile } from './operators.ts';
import { fail, readCounts } from './options.ts';
import { productFlops } from './peak.ts';
import { SHAPES } from './shapes.ts';
import { writeTask } from './task.ts';
import { findTorches, INSTALL } from './torch.ts';
import type { Work } from './work.ts';

const HELP = `Usage: npm run bench -- profile SHAPE [options]

Milliseconds of a training step in each operator: ONNX Runtime's profile of ours, PyTorch's of its own (eager), one after
the other on the same task, and how fast the matrix products are beside those of 1024 x 1024 matrices.

  --steps <n>     steps that are profiled (default 10)
  --threads <n>   threads of each (default 1)
  --json          print the numbers
  --help          show this

Shapes: ${SHAPES.map(({ name }) => name).join(', ')}.`;

const OURS = fileURLToPath(new URL('./step-profile.ts', import.meta.url));
const THEIRS = fileURLToPath(new URL('./peers/step_profile.py', import.meta.url));

interface Options {
  steps: number;
  threads: number;
}

/** In a process of its own, with what training processes have in their environment. */
async function ours(shape: string, { steps, threads }: Options): Promise<Profile> {
  const printed = await finished(
    process.execPath,
    [OURS, shape, String(steps), String(threads)],
    trainerEnv(),
  );
  return { who: 'onnx', ...(JSON.parse(printed) as Omit<Profile, 'who'>) };
}

async function torchProfile(work: Work, { steps, threads }: Options): Promise<Profile | null> {
  const torch = findTorches()[0];
  if (!torch) return null;
  const folder = mkdtempSync(path.join(tmpdir(), 'credence-profile-'));
  try {
    writeTask(folder, work);
    const args = [THEIRS, folder, '--threads', String(threads), '--steps', String(steps)];
    const printed = await finished(torch.python, args, { OMP_NUM_THREADS: String(threads) });
    const profile = JSON.parse(printed) as Omit<Profile, 'who'>;
    return { who: `PyTorch ${torch.version} eager`, ...profile };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param args after the word `profile` */
export async function benchProfile(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, strict: false });
  const [name] = positionals;
  const options = args.filter((each) => each !== name);
  const read = readCounts(options, { steps: 10, threads: 1 }, HELP);
  if (!read) return;
  const shape = SHAPES.find((each) => each.name === name);
  if (!shape)
    return fail(`shape is ${name ?? 'missing'}; choose from ${SHAPES.map((each) => each.name).join(', ')}.`);
  const work = await shape.work();
  const profiles = [await ours(shape.name, read.counts), await torchProfile(work, read.counts)];
  const found = profiles.filter((each) => each !== null);
  const flops = productFlops(work);
  if (read.json) return console.log(JSON.stringify({ shape: name, product_flops: flops, profiles: found }));
  for (const profile of found) console.log(operatorTable(profile, 'a step'));
  console.log(`Our products are ${(flops / 1e9).toFixed(2)} GFLOP a step.`);
  if (found.length === 1) console.log(INSTALL);
}
