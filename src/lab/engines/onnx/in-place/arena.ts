/** Memory that both WebAssembly and ONNX Runtime work on: weights, moments and gradient of one training state. */
import { ADAMW_BYTES } from './adamw-bytes.ts';
import { stretches, type StepOperands } from './step.ts';

/** adamw.wat: addresses in bytes. */
type AdamW = (
  ...args: [
    ...[n: number, p: number, m: number, v: number, gradient: number],
    ...[scale: number, beta1: number, beta2: number, eps: number, rate: number, kept: number],
  ]
) => void;

const PAGE = 65_536;
const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/** Vectors begin at cache lines. */
const LINE = 64;

let compiled: WebAssembly.Module | null = null;

/** The kernel, compiled once in a process. */
function kernel(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(Buffer.from(ADAMW_BYTES, 'base64')));
}

export class Arena {
  /** (N) each: weights and moments, which ONNX Runtime reads where they are. */
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  private readonly gradient: Float32Array;
  private readonly adamw: AdamW;

  /** @param size N */
  constructor(size: number) {
    const stride = Math.ceil((size * FLOAT) / LINE) * LINE;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * stride) / PAGE) });
    const vector = (i: number) => new Float32Array(memory.buffer, i * stride, size);
    [this.parameters, this.first, this.second, this.gradient] = [0, 1, 2, 3].map(vector);
    const { exports } = new WebAssembly.Instance(kernel(), { host: { memory } });
    this.adamw = exports.adamw as AdamW;
  }

  /** One step of AdamW (optimizers/adamw.ts) on the weights and moments. */
  step(
    { gradient, scale, eps, rates, kept }: Record<keyof StepOperands, Float32Array>,
    { beta1, beta2 }: { beta1: number; beta2: number },
  ): void {
    this.gradient.set(gradient);
    for (const { begin, end, rate, kept: keeps } of stretches(gradient.length, rates, kept)) {
      const at = ({ byteOffset }: Float32Array) => byteOffset + begin * FLOAT;
      const vectors = [at(this.parameters), at(this.first), at(this.second), at(this.gradient)] as const;
      this.adamw(end - begin, ...vectors, scale[0], beta1, beta2, eps[0], rate, keeps);
    }
  }
}
