/** Records a program once as an ONNX graph. */
import * as tf from '@tensorflow/tfjs-core';
import { onBackend } from '../backends.ts';
import type { Program, Specs, Tensors } from '../engine.ts';
import { onnxType, TracingBackend } from './backend.ts';
import { Graph } from './graph.ts';
import { elementwiseKernels } from './kernels/elementwise.ts';
import type { Inputs, Kernels } from './kernels/kernel.ts';
import { matrixKernels } from './kernels/matrix.ts';
import { reductionKernels } from './kernels/reduction.ts';
import { shapeKernels } from './kernels/shape.ts';

const BACKEND = 'onnx-trace';

/** Prefixes of graph values, so that a state entry and an input may share a name. */
export const PREFIX = { state: 'state/', input: 'input/', output: 'output/', next: 'next/' } as const;

let tracing: TracingBackend | null = null;

function registerKernels(kernels: Kernels): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, backend, attrs }) =>
        kernel(backend as TracingBackend, inputs as Inputs, attrs as never),
    });
  }
}

/** The one tracing backend of the process, registered with tfjs on first use. */
function tracingBackend(): TracingBackend {
  if (tracing) return tracing;
  const backend = new TracingBackend();
  tf.registerBackend(BACKEND, () => backend, 0);
  [elementwiseKernels, matrixKernels, reductionKernels, shapeKernels].forEach(registerKernels);
  return (tracing = backend);
}

/** Graph inputs for a set of specs, as tensors. */
function declare(backend: TracingBackend, specs: Specs, prefix: string): Tensors {
  const tensor = (name: string) => {
    const { shape, dtype } = specs[name];
    const value = backend.graph.input(prefix + name, dtype, shape);
    return tf.engine().makeTensorFromTensorInfo(backend.value(value, shape, dtype));
  };
  return Object.fromEntries(Object.keys(specs).map((name) => [name, tensor(name)]));
}

function deliver(backend: TracingBackend, tensors: Tensors, prefix: string): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    backend.graph.output(prefix + name, backend.nameOf(tensor), onnxType(tensor.dtype), tensor.shape);
  }
}

/** A program as a serialised ONNX model, and the names it leaves its results under. */
export interface TracedProgram {
  model: Uint8Array;
  outputs: string[];
  next: string[];
  /** Multiplications and additions of its matrix products. */
  productFlops: number;
}

/**
 * Traces a program: its body runs once, on tensors without values.
 * @param serialSums for ONNX Runtime's CPU provider with several threads (kernels/row-sums.ts)
 */
export function traceProgram(program: Program, serialSums = false): TracedProgram {
  const backend = tracingBackend();
  const graph = new Graph();
  return backend.record(graph, { precision: program.precision ?? 'float32', serialSums }, () =>
    onBackend(BACKEND, () => {
      const state = declare(backend, program.state, PREFIX.state);
      const inputs = declare(backend, program.inputs, PREFIX.input);
      const { outputs, next } = program.body(state, inputs);
      deliver(backend, outputs, PREFIX.output);
      deliver(backend, next, PREFIX.next);
      return {
        model: graph.encode(program.name),
        outputs: Object.keys(outputs),
        next: Object.keys(next),
        productFlops: graph.productFlops,
      };
    }),
  );
}
