/** What the installed ONNX Runtime can do on this machine. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { env, listSupportedBackends } from 'onnxruntime-node';
import { PROVIDERS, type OnnxEngineId } from './providers.ts';

/** Device and version, for people. */
export function onnxDetail(id: OnnxEngineId): string {
  return `${PROVIDERS[id].device()}, ONNX Runtime ${env.versions.node ?? env.versions.common}`;
}

/** @throws Error saying why a provider cannot work here, as far as that shows without trying */
export function checkProvider(id: OnnxEngineId): void {
  const { name } = PROVIDERS[id];
  if (!listSupportedBackends().some((backend) => backend.name === name))
    throw new Error(`onnxruntime-node has no ${name} for ${process.platform}-${process.arch}`);
  if (name === 'cuda' && !existsSync(cudaLibrary())) throw new Error(`${cudaLibrary()} is missing`);
}

/** Too large for the npm registry, it is downloaded by the package's install script. */
function cudaLibrary(): string {
  const folder = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const binaries = path.join(folder, 'bin', 'napi-v6', process.platform, process.arch);
  return path.join(binaries, 'libonnxruntime_providers_cuda.so');
}
