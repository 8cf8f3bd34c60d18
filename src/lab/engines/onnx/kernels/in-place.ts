/** Kernels that the graph only prepares: what they read becomes its outputs (../in-place/step.ts). */
import type * as tf from '@tensorflow/tfjs-core';
import { ADAMW_STEP } from '../../fused.ts';
import type { TracingBackend } from '../backend.ts';
import { PREFIX } from '../prefixes.ts';
import type { Inputs, Kernel, Kernels } from './kernel.ts';

/** The name of the state entry behind a tensor. */
function entryOf(backend: TracingBackend, info: tf.TensorInfo): string {
  const name = backend.nameOf(info);
  if (!name.startsWith(PREFIX.state)) throw new Error('a step in place works on the state itself');
  return name.slice(PREFIX.state.length);
}

const adamWStep: Kernel<{ beta1: number; beta2: number }> = (backend, inputs: Inputs, { beta1, beta2 }) => {
  const at = `${PREFIX.inPlace}${backend.inPlaceSteps.length}/`;
  const deliver = (name: string) => {
    const { shape } = inputs[name];
    backend.graph.output(at + name, backend.nameOf(inputs[name]), 'float32', shape);
    return at + name;
  };
  const [parameters, first, second] = [inputs.parameters, inputs.first, inputs.second];
  backend.inPlaceSteps.push({
    state: {
      parameters: entryOf(backend, parameters),
      first: entryOf(backend, first),
      second: entryOf(backend, second),
    },
    operands: {
      gradient: deliver('gradient'),
      scale: deliver('scale'),
      eps: deliver('eps'),
      rates: deliver('rates'),
      kept: deliver('kept'),
    },
    beta1,
    beta2,
  });
  const after = (info: tf.TensorInfo) =>
    backend.value(`${PREFIX.inPlace}${entryOf(backend, info)}`, info.shape, info.dtype);
  return [after(parameters), after(first), after(second)];
};

export const inPlaceKernels: Kernels = { [ADAMW_STEP]: adamWStep };
