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

export interface EngineDescription {
  id: EngineId;
  available: boolean;
  /** Device and version, where available. */
  detail: string;
  /** Why it is missing, and how to get it. */
  reason?: string;
  /** `auto` never takes it: it is for tests, or its device is imitated by the CPU. */
  never_auto?: string;
}
