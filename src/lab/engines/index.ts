/** Chooses and describes engines; each loads its libraries only when asked for. */
import type { EngineDescription } from '#shared/engines.ts';
import { UserError } from '#shared/errors.ts';
import type { Engine } from './engine.ts';

export interface EngineOptions {
  /** Threads one step may use (onnx only); 1 unless said. */
  threads?: number;
}

async function createOnnx(threads: number): Promise<Engine> {
  const { OnnxEngine } = await import('./onnx/engine.ts').catch((cause: unknown) => {
    throw new UserError('engine.missing', `the onnx engine cannot load: ${missingReason(cause)}`, { cause });
  });
  return new OnnxEngine({ threads });
}

async function createReference(): Promise<Engine> {
  const { ReferenceEngine } = await import('./reference.ts');
  return new ReferenceEngine();
}

/**
 * An engine by its name in the config; `auto` takes the fastest that works here.
 * @throws UserError if the engine cannot load on this machine
 */
export function createEngine(id: Engine['id'] | 'auto', options: EngineOptions = {}): Promise<Engine> {
  return id === 'reference' ? createReference() : createOnnx(options.threads ?? 1);
}

function missingReason(cause: unknown): string {
  const [line] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return (
    `${line} (onnxruntime-node has binaries for Linux with glibc, macOS and Windows; ` +
    'reinstall with `npm ci`, or set engine: reference, which is slow but runs anywhere)'
  );
}

async function describeOnnx(): Promise<EngineDescription> {
  try {
    const { onnxDetail } = await import('./onnx/engine.ts');
    return { id: 'onnx', available: true, detail: onnxDetail() };
  } catch (cause) {
    return { id: 'onnx', available: false, detail: '', reason: missingReason(cause) };
  }
}

async function describeReference(): Promise<EngineDescription> {
  const { referenceDetail } = await import('./reference.ts');
  return { id: 'reference', available: true, detail: referenceDetail() };
}

/** One engine; the others are not loaded. */
export function describeEngine(id: Engine['id']): Promise<EngineDescription> {
  return id === 'onnx' ? describeOnnx() : describeReference();
}

/** Every engine, the fastest first. */
export function describeEngines(): Promise<EngineDescription[]> {
  return Promise.all((['onnx', 'reference'] as const).map(describeEngine));
}
