/** The execution providers of ONNX Runtime that Credence offers as engines of their own. */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { EngineId } from '#shared/engines.ts';

export type OnnxEngineId = Extract<EngineId, `onnx${string}`>;

interface Provider {
  /** Its name in ONNX Runtime. */
  name: 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
  /** Device, for people. */
  device: () => string;
  /** Where state stays between steps; elsewhere it goes through the CPU's memory each step. */
  state: 'cpu' | 'gpu-buffer';
  /** Where it exists, and what it needs there. */
  needs: string;
}

function cpuName(): string {
  const [cpu] = cpus();
  return `CPU (${cpu?.model.trim() ?? process.arch}, ${availableParallelism()} cores)`;
}

const CUDA_DOWNLOAD =
  'npm explore onnxruntime-node -- node script/install.js --onnxruntime-node-install=cuda12';

export const PROVIDERS: Record<OnnxEngineId, Provider> = {
  onnx: {
    name: 'cpu',
    device: cpuName,
    state: 'cpu',
    needs:
      'onnxruntime-node has binaries for Linux with glibc, macOS on Apple silicon, and Windows; reinstall with ' +
      '"npm ci", or set engine: reference, which is slow but runs anywhere',
  },
  'onnx-webgpu': {
    name: 'webgpu',
    device: () => (imitatesGpu() ? 'WebGPU on a device imitated by the CPU' : 'GPU by WebGPU'),
    state: 'gpu-buffer',
    needs:
      'it works on Linux x64 (with a Vulkan driver and libvulkan1), Windows and macOS on Apple silicon, ' +
      'with a GPU of any maker',
  },
  'onnx-cuda': {
    name: 'cuda',
    device: () => 'NVIDIA GPU by CUDA',
    state: 'cpu',
    needs: `it works on Linux x64 with an NVIDIA GPU, CUDA 12 and cuDNN 9; "${CUDA_DOWNLOAD}" downloads its library`,
  },
  'onnx-dml': {
    name: 'dml',
    device: () => 'GPU by DirectML',
    state: 'cpu',
    needs: 'it works on Windows; elsewhere use onnx-webgpu',
  },
  'onnx-coreml': {
    name: 'coreml',
    device: () => 'Apple GPU or Neural Engine by CoreML',
    state: 'cpu',
    needs: 'it works on macOS; elsewhere use onnx-webgpu',
  },
};

/** Whether what Vulkan would find on this Linux machine is no GPU but a program (SwiftShader, lavapipe). */
export function imitatesGpu(): boolean {
  if (process.platform !== 'linux') return false;
  const drivers = process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'] ?? '';
  if (/swiftshader|lvp_icd|lavapipe/i.test(drivers)) return true;
  const nodes = existsSync('/dev/dri') ? readdirSync('/dev/dri') : [];
  const gpu = nodes.some((name) => name.startsWith('renderD'));
  return !gpu && !existsSync('/dev/nvidiactl') && !existsSync('/dev/dxg');
}
