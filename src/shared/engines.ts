/** What is known about an engine on this machine. */
export interface EngineDescription {
  id: 'onnx' | 'reference';
  available: boolean;
  /** Device and version, where available. */
  detail: string;
  /** Why it is missing, and what to do. */
  reason?: string;
}
