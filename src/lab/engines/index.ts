/** Makes and describes engines. */
import * as tf from '@tensorflow/tfjs-core';
import {
  ENGINE_IDS,
  MIXED_ENGINES,
  type EngineDescription,
  type EngineId,
  type Precision,
} from '#shared/engines.ts';
import { UserError } from '#shared/errors.ts';
import type { Engine, Program } from './engine.ts';
import { BlocksEngine } from './blocks/engine.ts';
import { bufferLimit } from './blocks/limit.ts';
import { ENGINE_KINDS } from './kinds.ts';

export interface EngineOptions {
  /** Threads one step may use; 1 unless said. */
  threads?: number;
  /** Of matrix products; float32 unless said. */
  precision?: Precision;
  /** Models are trained on it, not only asked. */
  training?: boolean;
}

/**
 * Bytes of the blocks of a large vector where a processor trains: a step makes no second vector of all weights beside
 * the gradients and the update. Small enough for that, and so large that small models are one block.
 */
const TRAINING_BLOCK = 2 ** 24;

/** The first line of an error; what ONNX Runtime says of its own source before it is left out. */
function firstLine(cause: unknown): string {
  const [line] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line.replace(/^.* was false\. /, '');
}

function reasonOf(id: EngineId, cause: unknown): string {
  return `${firstLine(cause)}; ${ENGINE_KINDS[id].needs}`;
}

/**
 * An engine by its name. `auto` is `onnx`, which works everywhere; hosts measure which one is fastest
 * (src/main/engines/).
 * @throws UserError `engine.missing` if it cannot load on this machine, `engine.precision` if it or its device cannot
 *   compute in this precision
 */
export async function createEngine(id: EngineId | 'auto', options: EngineOptions = {}): Promise<Engine> {
  const known = id === 'auto' ? 'onnx' : id;
  const engine = withBlocks(await loadEngine(known, options.threads ?? 1), options);
  if (options.precision !== 'mixed') return engine;
  const problem = await mixedProblem(engine);
  if (problem === null) return engine;
  engine.dispose();
  throw new UserError(
    'engine.precision',
    `precision: mixed does not work on the ${known} engine: ${problem}; set precision: float32, or an engine for which "credence engines" says that mixed precision works`,
  );
}

/** An engine as it is, or one that keeps large vectors in blocks. */
function withBlocks(engine: Engine, { training }: EngineOptions): Engine {
  const limit = bufferLimit(ENGINE_KINDS[engine.id].bufferLimit);
  if (limit !== null) return new BlocksEngine(engine, limit);
  return training && engine.id === 'onnx' ? new BlocksEngine(engine, TRAINING_BLOCK, false) : engine;
}

async function loadEngine(id: EngineId, threads: number): Promise<Engine> {
  try {
    return (await ENGINE_KINDS[id].load()).create(threads);
  } catch (cause) {
    const reason = reasonOf(id, cause);
    throw new UserError('engine.missing', `the ${id} engine cannot load: ${reason}`, { cause });
  }
}

/** Device and version of an engine that has loaded. */
export async function engineDetail(id: EngineId): Promise<string> {
  return (await ENGINE_KINDS[id].load()).detail();
}

const X = { shape: [2], dtype: 'float32' as const };
const PROBE: Program = {
  name: 'probe',
  state: { x: X },
  inputs: {},
  body: ({ x }) => ({ outputs: { sum: tf.sum(x) }, next: { x: tf.add(x, 1) } }),
};

const MATRIX = { shape: [2, 2], dtype: 'float32' as const };
const MIXED_PROBE: Program = {
  name: 'mixed-probe',
  precision: 'mixed',
  state: {},
  inputs: { x: MATRIX },
  body: (_state, { x }) => ({ outputs: { product: tf.matMul(x, x) }, next: {} }),
};
/** A float32 whose nearest float16 is 1. */
const ROUNDED = 1 + 2 ** -12;

/** Why an engine cannot compute in mixed precision, found by trying it; null where it can. */
async function mixedProblem(engine: Engine): Promise<string | null> {
  if (!MIXED_ENGINES.includes(engine.id)) return 'it computes in float32 only';
  try {
    const program = await engine.compile(MIXED_PROBE);
    const state = engine.createState({});
    const { product } = await program.run(state, { x: Float32Array.of(ROUNDED, 0, 0, ROUNDED) });
    state.dispose();
    program.dispose();
    return product[0] === 1 ? null : `it does not round to float16 (${product[0]} in place of 1)`;
  } catch (cause) {
    const problem = firstLine(cause);
    return problem.includes('requires f16') ? 'its device does not offer float16 (shader-f16)' : problem;
  }
}

/** @throws Error where the engine computes nothing, or something wrong */
async function tryOut(engine: Engine): Promise<void> {
  const program = await engine.compile(PROBE);
  const state = engine.createState({ x: { spec: X, data: Float32Array.of(1, 2) } });
  await program.run(state, {});
  const { sum } = await program.run(state, {});
  if (sum[0] !== 5) throw new Error(`it computes 2 + 3 = ${sum[0]}`);
  state.dispose();
  program.dispose();
}

/** Whether an engine works in this process, found by trying it. The other engines are not loaded. */
export async function describeEngine(id: EngineId): Promise<EngineDescription> {
  try {
    const kind = await ENGINE_KINDS[id].load();
    const engine = withBlocks(kind.create(1), {});
    await tryOut(engine);
    const problem = await mixedProblem(engine);
    engine.dispose();
    const mixed = problem === null ? { mixed: true } : { mixed: false, mixed_reason: problem };
    const limit = engine.bufferLimit === undefined ? {} : { buffer_limit: engine.bufferLimit };
    return { id, available: true, detail: kind.detail(), ...caveatOf(id), ...limit, ...mixed };
  } catch (cause) {
    return unavailable(id, cause);
  }
}

/** An engine of which nothing is installed, found without loading it; null where only trying it tells. */
export function absentEngine(id: EngineId): EngineDescription | null {
  const why = ENGINE_KINDS[id].absent();
  return why === null ? null : unavailable(id, why);
}

function unavailable(id: EngineId, cause: unknown): EngineDescription {
  return { id, available: false, detail: '', reason: reasonOf(id, cause), ...caveatOf(id), mixed: false };
}

function caveatOf(id: EngineId): Pick<EngineDescription, 'never_auto'> {
  const never = ENGINE_KINDS[id].neverAuto();
  return never === null ? {} : { never_auto: never };
}

/** Every engine, tried in this process one after the other. */
export async function describeEngines(): Promise<EngineDescription[]> {
  const engines: EngineDescription[] = [];
  for (const id of ENGINE_IDS) engines.push(await describeEngine(id));
  return engines;
}

/** An engine that `auto` may take, and what of it is installed. */
export interface EngineCandidate {
  id: EngineId;
  version: string;
}

/** What `auto` chooses from: engines that are installed and offer this precision, found without loading any. */
export function engineCandidates(precision: Precision): EngineCandidate[] {
  const offered = precision === 'mixed' ? MIXED_ENGINES : ENGINE_IDS;
  return offered.flatMap((id) => {
    const version = ENGINE_KINDS[id].installed();
    return version === null || ENGINE_KINDS[id].neverAuto() !== null ? [] : [{ id, version }];
  });
}
