/** The execution providers of ONNX Runtime that Credence offers as engines of their own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import type { EngineId } from '#shared/engines.ts';

export type OnnxEngineId = Extract<EngineId, `onnx${string}`>;

interface Provider {
  /** Its name in ONNX Runtime. */
  name: 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
  /** Device, for people. */
  device: () => string;
  /** Where state stays between steps; elsewhere it goes through the CPU's memory each step. */
  state: 'cpu' | 'gpu-buffer';
  /** Bytes of a buffer that every device it runs on has; null where buffers are limited by memory alone. */
  bufferLimit: number | null;
  /** Where it exists, and what it needs there. */
  needs: string;
  /** Whether the package has it for this machine; whether it works shows when it is tried. */
  present: () => boolean;
}

function cpuName(): string {
  const [cpu] = cpus();
  return `CPU (${cpu?.model.trim() ?? process.arch}, ${availableParallelism()} cores)`;
}

const CUDA_DOWNLOAD =
  'npm explore onnxruntime-node -- node script/install.js --onnxruntime-node-install=cuda12';

/** What a shader can be given at least as one buffer (`maxStorageBufferBindingSize`), by WebGPU's specification. */
const WEBGPU_BUFFER = 2 ** 27;

export const PROVIDERS: Record<OnnxEngineId, Provider> = {
  onnx: {
    name: 'cpu',
    device: cpuName,
    state: 'cpu',
    bufferLimit: null,
    needs:
      'onnxruntime-node has binaries for Linux with glibc, macOS on Apple silicon, and Windows; reinstall with ' +
      '"npm ci", or set engine: reference, which is slow but runs anywhere',
    present: () => true,
  },
  'onnx-webgpu': {
    name: 'webgpu',
    device: () => (imitatesGpu() ? 'WebGPU on a device imitated by the CPU' : 'GPU by WebGPU'),
    state: 'gpu-buffer',
    bufferLimit: WEBGPU_BUFFER,
    needs:
      'it works on Linux x64 (with a Vulkan driver and libvulkan1), Windows and macOS on Apple silicon, ' +
      'with a GPU of any maker',
    present: () => process.platform !== 'linux' || process.arch === 'x64',
  },
  'onnx-cuda': {
    name: 'cuda',
    device: () => 'NVIDIA GPU by CUDA',
    state: 'cpu',
    bufferLimit: null,
    needs: `it works on Linux x64 with an NVIDIA GPU, CUDA 12 and cuDNN 9; in a checkout, "${CUDA_DOWNLOAD}" downloads its library`,
    present: () => existsSync(cudaLibrary()),
  },
  'onnx-dml': {
    name: 'dml',
    device: () => 'GPU by DirectML',
    state: 'cpu',
    bufferLimit: null,
    needs: 'it works on Windows; elsewhere use onnx-webgpu',
    present: () => process.platform === 'win32',
  },
  'onnx-coreml': {
    name: 'coreml',
    device: () => 'Apple GPU or Neural Engine by CoreML',
    state: 'cpu',
    bufferLimit: null,
    needs: 'it works on macOS; elsewhere use onnx-webgpu',
    present: () => process.platform === 'darwin',
  },
};

/** Why a provider cannot work here, as far as that shows without loading ONNX Runtime; null where it may. */
export function absentProvider(id: OnnxEngineId): string | null {
  const { name, present } = PROVIDERS[id];
  if (present()) return null;
  const exists = name === 'cuda' && process.platform === 'linux' && process.arch === 'x64';
  return exists ? `${cudaLibrary()} is missing` : noProvider(name);
}

export const noProvider = (name: string): string =>
  `onnxruntime-node has no ${name} for ${process.platform}-${process.arch}`;

/** Whether what Vulkan would find on this Linux machine is no GPU but a program (SwiftShader, lavapipe). */
export function imitatesGpu(): boolean {
  if (process.platform !== 'linux') return false;
  const drivers = process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'] ?? '';
  if (/swiftshader|lvp_icd|lavapipe/i.test(drivers)) return true;
  const nodes = existsSync('/dev/dri') ? readdirSync('/dev/dri') : [];
  const gpu = nodes.some((name) => name.startsWith('renderD'));
  return !gpu && !existsSync('/dev/nvidiactl') && !existsSync('/dev/dxg');
}

function packageFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
}

/** Version of the package, without loading it. */
export function onnxVersion(): string {
  const text = readFileSync(path.join(packageFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Too large for the npm registry, it is downloaded by the package's install script. */
function cudaLibrary(): string {
  const binaries = path.join(packageFolder(), 'bin', 'napi-v6', process.platform, process.arch);
  return path.join(binaries, 'libonnxruntime_providers_cuda.so');
}
