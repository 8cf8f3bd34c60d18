/** What the installed ONNX Runtime can do on this machine. */
import { env, listSupportedBackends } from './runtime.ts';
import { cudaLibrary, PROVIDERS, type OnnxEngineId } from './providers.ts';

/** Device and version, for people. */
export function onnxDetail(id: OnnxEngineId): string {
  return `${PROVIDERS[id].device()}, ONNX Runtime ${env.versions.node ?? env.versions.common}`;
}

/** @throws Error saying why a provider cannot work here, as far as that shows without trying */
export function checkProvider(id: OnnxEngineId): void {
  const { name, present } = PROVIDERS[id];
  if (!listSupportedBackends().some((backend) => backend.name === name))
    throw new Error(`onnxruntime-node has no ${name} for ${process.platform}-${process.arch}`);
  if (name === 'cuda' && !present()) throw new Error(`${cudaLibrary()} is missing`);
}
