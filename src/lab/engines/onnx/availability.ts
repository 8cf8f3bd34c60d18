/** What the installed ONNX Runtime can do on this machine. */
import { env, listSupportedBackends } from './runtime.ts';
import { absentProvider, noProvider, PROVIDERS, type OnnxEngineId } from './providers.ts';

/** Device and version, for people. */
export function onnxDetail(id: OnnxEngineId): string {
  return `${PROVIDERS[id].device()}, ONNX Runtime ${env.versions.node ?? env.versions.common}`;
}

/** @throws Error saying why a provider cannot work here, as far as that shows without trying */
export function checkProvider(id: OnnxEngineId): void {
  const { name } = PROVIDERS[id];
  const there = listSupportedBackends().some((backend) => backend.name === name);
  const problem = there ? absentProvider(id) : noProvider(name);
  if (problem !== null) throw new Error(problem);
}
