/** Every engine: how it loads, what it needs. Its libraries are read only when it is asked for. */
import type { EngineId } from '#shared/engines.ts';
import type { Engine } from './engine.ts';
import { absentProvider, imitatesGpu, onnxVersion, PROVIDERS, type OnnxEngineId } from './onnx/providers.ts';
import { absentTensorFlow, installedTensorFlow } from './tensorflow/package.ts';

interface LoadedKind {
  /** @param threads threads one step may use */
  create(threads: number): Engine;
  /** Device and version, for people. */
  detail(): string;
}

export interface EngineKind {
  /** @throws Error saying why it cannot load */
  load(): Promise<LoadedKind>;
  /** Where it works and how to get it, said where it does not load. */
  needs: string;
  /** Why `auto` leaves it alone on this machine; null where it may take it. */
  neverAuto(): string | null;
  /** Bytes of a buffer that its devices are sure to have; null where only memory limits one. */
  bufferLimit: number | null;
  /** What of it is installed, without loading it; null where nothing is. */
  installed(): string | null;
  /** Why nothing of it is installed, without loading it; null where something is. */
  absent(): string | null;
}

function onnxKind(id: OnnxEngineId): EngineKind {
  return {
    async load() {
      const { checkProvider, onnxDetail } = await import('./onnx/availability.ts');
      checkProvider(id);
      const { OnnxEngine } = await import('./onnx/engine.ts');
      return {
        create: (threads) => new OnnxEngine({ id, threads }),
        detail: () => onnxDetail(id),
      };
    },
    needs: PROVIDERS[id].needs,
    bufferLimit: PROVIDERS[id].bufferLimit,
    neverAuto: () =>
      id === 'onnx-webgpu' && imitatesGpu() ? 'there is no GPU: the CPU imitates one, slowly' : null,
    installed: () => (PROVIDERS[id].present() ? onnxVersion() : null),
    absent: () => absentProvider(id),
  };
}

const tensorflow: EngineKind = {
  async load() {
    const { tensorFlowDetail, tensorFlowEngine } = await import('./tensorflow/engine.ts');
    return { create: tensorFlowEngine, detail: tensorFlowDetail };
  },
  needs: 'it works on Linux and macOS; see docs/tensorflow.md',
  bufferLimit: null,
  neverAuto: () => null,
  installed: installedTensorFlow,
  absent: absentTensorFlow,
};

const reference: EngineKind = {
  async load() {
    const { referenceDetail, referenceEngine } = await import('./reference.ts');
    return { create: referenceEngine, detail: referenceDetail };
  },
  needs: 'it runs anywhere',
  bufferLimit: null,
  neverAuto: () => 'it is slow, for tests',
  installed: () => '',
  absent: () => null,
};

export const ENGINE_KINDS: Record<EngineId, EngineKind> = {
  onnx: onnxKind('onnx'),
  'onnx-webgpu': onnxKind('onnx-webgpu'),
  'onnx-cuda': onnxKind('onnx-cuda'),
  'onnx-dml': onnxKind('onnx-dml'),
  'onnx-coreml': onnxKind('onnx-coreml'),
  tensorflow,
  reference,
};
