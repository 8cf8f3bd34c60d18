/**
 * TensorFlow through @tensorflow/tfjs-node: each step computed eagerly by libtensorflow, on a GPU where it
 * finds one, else on the CPU.
 */
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { EagerEngine } from '../eager.ts';
import type { Engine } from '../engine.ts';
import { findTensorFlow, type TensorFlowParts } from './package.ts';

const BACKEND = 'tensorflow';

/** The native binding; more of it is tfjs-node's own business. */
interface Binding {
  TF_Version: string;
  isUsingGpuDevice(): boolean;
}

interface BackendModule {
  NodeJSKernelBackend: new (binding: Binding, packageName: string) => tf.KernelBackend;
}

/** tfjs-node 4.22 calls functions of `util` that Node 23 removed, or warns of. */
function restoreUtilities(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: (value: unknown) => Array.isArray(value),
  });
}

/**
 * Runs `load` while `@tensorflow/tfjs` means its core: the kernels need no more, and the whole package would
 * register gradients of its own in place of ours (src/lab/models/autodiff.ts).
 */
function withCoreOnly<T>(load: () => T): T {
  const hooks = registerHooks({
    resolve: (name, context, next) =>
      next(name === '@tensorflow/tfjs' ? '@tensorflow/tfjs-core' : name, context),
  });
  try {
    return load();
  } finally {
    hooks.deregister();
  }
}

/** Read once, when libtensorflow is loaded. What the user set stays. */
function configure(threads: number): void {
  const settings = {
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
  };
  Object.assign(process.env, { ...settings, ...process.env });
}

function loadParts({ packageName, folder, binding: file }: TensorFlowParts): Binding {
  const require = createRequire(import.meta.url);
  const binding = require(file) as Binding;
  withCoreOnly(() => {
    const { NodeJSKernelBackend } = require(
      path.join(folder, 'dist', 'nodejs_kernel_backend.js'),
    ) as BackendModule;
    require(path.join(folder, 'dist', 'register_all_kernels.js'));
    tf.registerBackend(BACKEND, () => new NodeJSKernelBackend(binding, packageName), 0);
  });
  return binding;
}

let loaded: Binding | null = null;

/** libtensorflow, loaded on first use. @throws Error where no part of it can be loaded */
function loadTensorFlow(threads: number): Binding {
  if (loaded) return loaded;
  configure(threads);
  restoreUtilities();
  const errors: unknown[] = [];
  for (const parts of findTensorFlow()) {
    try {
      return (loaded = loadParts(parts));
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors[0];
}

/** Device and version, for people. */
export function tensorFlowDetail(): string {
  const binding = loadTensorFlow(1);
  return `${binding.isUsingGpuDevice() ? 'GPU' : 'CPU'}, TensorFlow ${binding.TF_Version}`;
}

/**
 * The engine. @param threads threads of one step; the first engine of a process decides
 * @throws Error where TensorFlow cannot be loaded
 */
export function tensorFlowEngine(threads: number): Engine {
  loadTensorFlow(threads);
  return new EagerEngine('tensorflow', BACKEND);
}
