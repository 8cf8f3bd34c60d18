/** Sessions of ONNX Runtime, held as long as anything needs them. */
import { InferenceSession, type Tensor } from './runtime.ts';
import type { TensorData, TensorSpec } from '../engine.ts';
import { PREFIX } from './prefixes.ts';
import { traceProgram } from './trace.ts';

/**
 * A session that ends when its program and every tensor it allocated on a device are gone: freeing such a
 * tensor after its session ends the process.
 */
export class SharedSession {
  readonly session: InferenceSession;
  private uses = 1;

  constructor(session: InferenceSession) {
    this.session = session;
  }

  retain(): void {
    this.uses++;
  }

  release(): void {
    if (--this.uses === 0) void this.session.release();
  }
}

/**
 * Copies tensors from a device by a graph that hands its input on: `Tensor.getData` of onnxruntime-node 1.30
 * ends the process where the tensor lies in a GPU buffer.
 */
export class Downloader {
  private readonly options: InferenceSession.SessionOptions;
  private readonly sessions = new Map<string, Promise<InferenceSession>>();

  constructor(options: InferenceSession.SessionOptions) {
    this.options = options;
  }

  async read(tensor: Tensor): Promise<TensorData> {
    const spec = { shape: [...tensor.dims], dtype: tensor.type as TensorSpec['dtype'] };
    const session = await this.session(spec);
    const results = await session.run({ [`${PREFIX.state}x`]: tensor });
    return results[`${PREFIX.output}x`].data as TensorData;
  }

  private session(spec: TensorSpec): Promise<InferenceSession> {
    const key = `${spec.dtype}[${spec.shape.join()}]`;
    const known = this.sessions.get(key);
    if (known) return known;
    const { model } = traceProgram({
      name: 'read',
      state: { x: spec },
      inputs: {},
      body: ({ x }) => ({ outputs: { x }, next: {} }),
    });
    const created = InferenceSession.create(model, this.options);
    this.sessions.set(key, created);
    return created;
  }

  dispose(): void {
    for (const session of this.sessions.values()) void session.then((one) => one.release());
    this.sessions.clear();
  }
}
