/** Who is measured: an engine or a peer in some arrangement of processes and threads. */
import { fileURLToPath } from 'node:url';
import type { Engine } from '#lab/engines/engine.ts';
import type { Precision } from '#shared/engines.ts';
import { trainerEnv } from '#main/runs/trainer-env.ts';
import { startChild, type Child } from './child.ts';
import type { Torch } from './torch.ts';

/** How the cores are shared out: each process trains a model of its own. */
export interface Arrangement {
  processes: number;
  threads: number;
}

/** Something that trains, before it runs. */
export interface Runner {
  /** `onnx`, or `PyTorch 2.13.0 eager`. */
  name: string;
  isPeer: boolean;
  precision: Precision;
  /** Starts a process that trains on a shape, whose task lies in a folder, with so many threads. */
  start(shape: string, folder: string, threads: number): Child;
}

const TRAINER = fileURLToPath(new URL('./trainer.ts', import.meta.url));
const STEPS = fileURLToPath(new URL('./peers/steps.py', import.meta.url));

export function engineRunner(id: Engine['id'], precision: Precision = 'float32'): Runner {
  return {
    name: precision === 'mixed' ? `${id} mixed` : id,
    isPeer: false,
    precision,
    start: (shape, _folder, threads) =>
      startChild(process.execPath, [TRAINER, shape, id, String(threads), precision], trainerEnv()),
  };
}

/** On the CPU. */
export function torchRunner({ python, version }: Torch, compile: boolean): Runner {
  return {
    name: `PyTorch ${version} ${compile ? 'compiled' : 'eager'}`,
    isPeer: true,
    precision: 'float32',
    start: (_shape, folder, threads) => {
      const args = [STEPS, folder, '--threads', String(threads)];
      return startChild(python, compile ? [...args, '--compile'] : args, {
        ...process.env,
        OMP_NUM_THREADS: String(threads),
      });
    },
  };
}

/** On the GPU that PyTorch finds; mixed as people run it there, in bfloat16. */
export function torchOnGpu({ python, version }: Torch, device: string, precision: Precision): Runner {
  return {
    name: `PyTorch ${version} on ${device}${precision === 'mixed' ? ' mixed' : ''}`,
    isPeer: true,
    precision,
    start: (_shape, folder, threads) => {
      const args = [STEPS, folder, '--threads', String(threads), '--device', device];
      return startChild(python, precision === 'mixed' ? [...args, '--mixed'] : args);
    },
  };
}

/** One process on one core or on all, and a process for each core. */
export function arrangements(cores: number): Arrangement[] {
  if (cores === 1) return [{ processes: 1, threads: 1 }];
  return [
    { processes: 1, threads: 1 },
    { processes: 1, threads: cores },
    { processes: cores, threads: 1 },
  ];
}
