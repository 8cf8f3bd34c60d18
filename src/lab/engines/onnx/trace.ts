/** Records a program once as an ONNX graph. */
import * as tf from '@tensorflow/tfjs-core';
import { onBackend } from '../backends.ts';
import type { Program, Specs, Tensors } from '../engine.ts';
import { onnxType, TracingBackend, type StateView } from './backend.ts';
import { Graph } from './graph.ts';
import type { InPlaceStep } from './in-place/step.ts';
import { elementwiseKernels } from './kernels/elementwise.ts';
import { inPlaceKernels } from './kernels/in-place.ts';
import type { Inputs, Kernels } from './kernels/kernel.ts';
import { matrixKernels } from './kernels/matrix.ts';
import { reductionKernels } from './kernels/reduction.ts';
import { shapeKernels } from './kernels/shape.ts';
import { PREFIX } from './prefixes.ts';

const BACKEND = 'onnx-trace';

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
  [elementwiseKernels, inPlaceKernels, matrixKernels, reductionKernels, shapeKernels].forEach(
    registerKernels,
  );
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

/** The entries of the next state that the graph computes; the others are changed in place after it. */
function computedNext(backend: TracingBackend, next: Tensors): Tensors {
  const inPlace = (name: string) => backend.nameOf(next[name]) === PREFIX.inPlace + name;
  return Object.fromEntries(Object.entries(next).filter(([name]) => !inPlace(name)));
}

/** A program as a serialised ONNX model, and the names it leaves its results under. */
export interface TracedProgram {
  model: Uint8Array;
  outputs: string[];
  /** Entries of the state that the graph computes anew. */
  next: string[];
  /** Stretches of state vectors that it reads, by the input that each is fed as. */
  views: [input: string, view: StateView][];
  /** What is done after it. */
  inPlace: InPlaceStep[];
  /** Multiplications and additions of its matrix products. */
  productFlops: number;
}

/**
 * Traces a program: its body runs once, on tensors without values.
 * @param threads of ONNX Runtime's CPU provider; null where another provider is to run it
 */
export function traceProgram(program: Program, threads: number | null = null): TracedProgram {
  const backend = tracingBackend();
  const graph = new Graph();
  return backend.record(graph, { precision: program.precision ?? 'float32', threads }, () =>
    onBackend(BACKEND, () => {
      const state = declare(backend, program.state, PREFIX.state);
      const inputs = declare(backend, program.inputs, PREFIX.input);
      const { outputs, next } = program.body(state, inputs);
      const computed = computedNext(backend, next);
      deliver(backend, outputs, PREFIX.output);
      deliver(backend, computed, PREFIX.next);
      const { model, read } = graph.encode(program.name);
      return {
        model,
        views: [...backend.stateViews].filter(([input]) => read.has(input)),
        outputs: Object.keys(outputs),
        next: Object.keys(computed),
        inPlace: [...backend.inPlaceSteps],
        productFlops: graph.productFlops,
      };
    }),
  );
}
