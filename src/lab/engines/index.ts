/** Makes and describes engines. */
import * as tf from '@tensorflow/tfjs-core';
import { ENGINE_IDS, type EngineDescription, type EngineId } from '#shared/engines.ts';
import { UserError } from '#shared/errors.ts';
import type { Engine, Program } from './engine.ts';
import { ENGINE_KINDS } from './kinds.ts';

export interface EngineOptions {
  /** Threads one step may use; 1 unless said. */
  threads?: number;
}

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
 * @throws UserError `engine.missing` if it cannot load on this machine
 */
export async function createEngine(id: EngineId | 'auto', options: EngineOptions = {}): Promise<Engine> {
  const known = id === 'auto' ? 'onnx' : id;
  try {
    const kind = await ENGINE_KINDS[known].load();
    return kind.create(options.threads ?? 1);
  } catch (cause) {
    const reason = reasonOf(known, cause);
    throw new UserError('engine.missing', `the ${known} engine cannot load: ${reason}`, { cause });
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
  const never = ENGINE_KINDS[id].neverAuto();
  const caveat = never === null ? {} : { never_auto: never };
  try {
    const kind = await ENGINE_KINDS[id].load();
    const engine = kind.create(1);
    await tryOut(engine);
    engine.dispose();
    return { id, available: true, detail: kind.detail(), ...caveat };
  } catch (cause) {
    return { id, available: false, detail: '', reason: reasonOf(id, cause), ...caveat };
  }
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

/** What `auto` chooses from: engines that are installed, found without loading any. */
export function engineCandidates(): EngineCandidate[] {
  return ENGINE_IDS.flatMap((id) => {
    const version = ENGINE_KINDS[id].installed();
    return version === null || ENGINE_KINDS[id].neverAuto() !== null ? [] : [{ id, version }];
  });
}
