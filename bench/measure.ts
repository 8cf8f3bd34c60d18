/** Measures steps per second, engines taking turns so that a busy moment hits all of them. */
import { createEngine } from '#lab/engines/index.ts';
import type { CompiledProgram, Engine, EngineState } from '#lab/engines/engine.ts';
import { initialState } from '#lab/training/programs.ts';
import { workOf, type Shape, type Work } from './shapes.ts';

export interface Row {
  shape: string;
  engine: string;
  steps_per_s: number;
  /** Steps per second of a peer on the same shape; none is measured yet. */
  peer: number | null;
  ratio: number | null;
  /** Range of the rounds, as a share of the median. */
  spread: number;
}

export interface Options {
  engines: Engine['id'][];
  threads: number;
  rounds: number;
  /** Seconds each round measures each engine on each shape. */
  seconds: number;
  progress: (message: string) => void;
}

interface Contender {
  shape: string;
  engine: string;
  work: Work;
  program: CompiledProgram;
  state: EngineState;
  rates: number[];
}

async function contender(shape: Shape, id: Engine['id'], threads: number): Promise<Contender> {
  const work = workOf(shape);
  const engine = await createEngine(id, { threads });
  const program = await engine.compile(work.program);
  const state = engine.createState(initialState(work.model, work.optimizer, 0));
  await program.run(state, work.inputs); // allocates
  return { shape: shape.name, engine: id, work, program, state, rates: [] };
}

/** Steps per second over at least `seconds`. */
async function rate({ work, program, state }: Contender, seconds: number): Promise<number> {
  const start = performance.now();
  let steps = 0;
  let elapsed = 0;
  while (elapsed < seconds) {
    await program.run(state, work.inputs);
    steps++;
    elapsed = (performance.now() - start) / 1000;
  }
  return steps / elapsed;
}

function rowOf({ shape, engine, rates }: Contender): Row {
  const sorted = rates.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  const spread = (sorted[sorted.length - 1] - sorted[0]) / median;
  return { shape, engine, steps_per_s: median, peer: null, ratio: null, spread };
}

/** Median steps per second of each engine on each shape. */
export async function measure(shapes: Shape[], options: Options): Promise<Row[]> {
  const { engines, threads, rounds, seconds, progress } = options;
  const contenders: Contender[] = [];
  for (const shape of shapes) {
    for (const id of engines) {
      progress(`compiling ${shape.name} for ${id}`);
      contenders.push(await contender(shape, id, threads));
    }
  }
  for (let round = 1; round <= rounds; round++) {
    for (const one of contenders) {
      progress(`round ${round} of ${rounds}: ${one.shape} on ${one.engine}`);
      one.rates.push(await rate(one, seconds));
    }
  }
  return contenders.map(rowOf);
}
