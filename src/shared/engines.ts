/** The engines there are, and what is known about one on a machine. */

/** `onnx` alone is the CPU; the others of that family run the same graphs on a GPU. */
export const ENGINE_IDS = [
  'onnx',
  'onnx-webgpu',
  'onnx-cuda',
  'onnx-dml',
  'onnx-coreml',
  'tensorflow',
  'reference',
] as const;

export type EngineId = (typeof ENGINE_IDS)[number];

/**
 * How matrix products are computed: in float32, or (`mixed`) with operands and results rounded to float16. Weights,
 * optimiser, sums, softmax, LayerNorm and loss are float32 in both.
 */
export const PRECISIONS = ['float32', 'mixed'] as const;

export type Precision = (typeof PRECISIONS)[number];

/** Engines that can compute in mixed precision, where their device can. */
export const MIXED_ENGINES: readonly EngineId[] = ['onnx-webgpu', 'onnx-cuda', 'onnx-dml'];

export interface EngineDescription {
  id: EngineId;
  available: boolean;
  /** Device and version, where available. */
  detail: string;
  /** Why it is missing, and how to get it. */
  reason?: string;
  /** `auto` never takes it: it is for tests, or its device is imitated by the CPU. */
  never_auto?: string;
  /** Bytes above which vectors of weights and optimiser are kept in blocks; left out where they never are. */
  buffer_limit?: number;
  /** Whether `precision: mixed` works. */
  mixed: boolean;
  /** Why it does not, where the engine works. */
  mixed_reason?: string;
}
