/** The two sides that train and answer: ours, and transformers; each in a process of its own. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { trainerEnv } from '#main/runs/trainer-env.ts';
import { startChild, type Child } from '../child.ts';
import type { OurTask } from './ours.ts';

const OURS = fileURLToPath(new URL('ours.ts', import.meta.url));
const THEIRS = fileURLToPath(new URL('../peers/pretrained.py', import.meta.url));

interface Loaded {
  seconds: number;
  /** Bytes of memory at most. */
  peak: number;
  /** Of ours: before the weights were read. */
  before?: number;
}

export interface Trained extends Loaded {
  losses: number[];
  norms: number[];
}

export interface Answered extends Loaded {
  answers: number[][];
}

export interface Logits {
  logits: number[][];
}

export type Right = Record<string, { right: number; count: number }>;

/** One side, and what it has said. */
export interface Side {
  child: Child;
  loaded: Loaded;
  turns: Trained[];
  answered: Answered[];
  right: Right[];
}

interface Counts {
  steps: number;
  turn: number;
  batch: number;
  questions: number;
}

/** What is asked for, and where. */
export interface Asked extends Counts {
  model: string;
  set: string[];
  /** Of a Python interpreter. */
  python: string;
  scratch: string;
}

async function sideOf(child: Child): Promise<Side> {
  return { child, loaded: (await child.next()) as Loaded, turns: [], answered: [], right: [] };
}

/** @param changes of what our side is asked for */
export type Start = (what: 'ours' | 'theirs', changes?: Partial<OurTask>) => Promise<Side>;

/** Gives a function what starts either side; in the end both are stopped. */
export async function withSides<T>(
  asked: Asked,
  use: (asked: Asked, start: Start) => Promise<T>,
): Promise<T> {
  const { model, scratch, python } = asked;
  const threads = availableParallelism();
  const children: Child[] = [];
  const start: Start = async (what, changes) => {
    const ours: OurTask = { ...asked, folder: scratch, threads, ...changes };
    const child =
      what === 'ours'
        ? startChild(process.execPath, [OURS, JSON.stringify(ours)], trainerEnv())
        : startChild(python, [THEIRS, scratch, model, '--threads', String(threads)], {
            ...process.env,
            OMP_NUM_THREADS: String(threads),
          });
    children.push(child);
    return sideOf(child);
  };
  try {
    return await use(asked, start);
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}
