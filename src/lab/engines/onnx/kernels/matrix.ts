/** Matrix products and the normalisation that ONNX has as one operator. */
import * as tf from '@tensorflow/tfjs-core';
import { LAYER_NORMALIZATION, ROTARY_EMBEDDING } from '../../fused.ts';
import type { TracingBackend } from '../backend.ts';
import type { Kernel, Kernels } from './kernel.ts';

/** A stack of matrices with rows and columns swapped, if asked. */
function oriented(backend: TracingBackend, x: tf.TensorInfo, transpose: boolean): string {
  if (!transpose) return backend.nameOf(x);
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return backend.graph.node('Transpose', [backend.nameOf(x)], { perm });
}

const matMul: Kernel<tf.BatchMatMulAttrs> = (backend, { a, b }, { transposeA, transposeB }) => {
  const rows = a.shape.at(transposeA ? -1 : -2) ?? 0;
  const columns = b.shape.at(transposeB ? -2 : -1) ?? 0;
  const outer = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const output = { shape: [...outer, rows, columns], dtype: a.dtype };
  if (outer.length === 0) {
    const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
    return backend.emit('Gemm', [backend.nameOf(a), backend.nameOf(b)], output, attributes);
  }
  return backend.emit('MatMul', [oriented(backend, a, transposeA), oriented(backend, b, transposeB)], output);
};

const layerNormalization: Kernel<{ eps: number }> = (backend, { x, weight, bias }, { eps }) => {
  const inputs = [x, weight, bias].map((info) => backend.nameOf(info));
  const attributes = { axis: -1, epsilon: { float: eps } };
  const [value, mean, invStd] = backend.graph.multiNode('LayerNormalization', inputs, 3, attributes);
  const moment = [...x.shape.slice(0, -1), 1];
  return [
    backend.value(value, x.shape, 'float32'),
    backend.value(mean, moment, 'float32'),
    backend.value(invStd, moment, 'float32'),
  ];
};

/** ONNX Runtime's own operator; positions count from 0. */
const rotaryEmbedding: Kernel = (backend, { x, cos, sin }) => {
  const start = backend.graph.ints(0);
  const inputs = [backend.nameOf(x), start, backend.nameOf(cos), backend.nameOf(sin)];
  const attributes = { num_heads: x.shape[1], rotary_embedding_dim: 2 * cos.shape[1] };
  return backend.emit('RotaryEmbedding', inputs, x, attributes, 'com.microsoft');
};

export const matrixKernels: Kernels = {
  [tf.BatchMatMul]: matMul,
  [LAYER_NORMALIZATION]: layerNormalization,
  [ROTARY_EMBEDDING]: rotaryEmbedding,
};
