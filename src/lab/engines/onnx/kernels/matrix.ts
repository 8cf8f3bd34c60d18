/** Products of stacks of matrices and the normalisation that ONNX has as one operator. */
import * as tf from '@tensorflow/tfjs-core';
import { LAYER_NORMALIZATION, ROTARY_EMBEDDING } from '../../fused.ts';
import { isHalfProduct, type ProductSize } from '../../precision.ts';
import type { TracingBackend } from '../backend.ts';
import type { OnnxType } from '../proto.ts';
import type { Kernel, Kernels } from './kernel.ts';
import { matrixProduct } from './products.ts';

/** How a product is computed. */
function typeOf({ precision }: TracingBackend, size: ProductSize): OnnxType {
  return precision === 'mixed' && isHalfProduct(size) ? 'float16' : 'float32';
}

/** An operand of a product in the product's type. */
function operand(backend: TracingBackend, x: tf.TensorInfo, type: OnnxType): string {
  const name = backend.nameOf(x);
  return type === 'float32' ? name : backend.graph.cast(name, type);
}

/** A stack of matrices with rows and columns swapped, if asked. */
function oriented(backend: TracingBackend, x: tf.TensorInfo, transpose: boolean, type: OnnxType): string {
  if (!transpose) return operand(backend, x, type);
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  return backend.graph.node('Transpose', [operand(backend, x, type)], { perm });
}

const matMul: Kernel<tf.BatchMatMulAttrs> = (backend, { a, b }, { transposeA, transposeB }) => {
  const rows = a.shape.at(transposeA ? -1 : -2) ?? 0;
  const columns = b.shape.at(transposeB ? -2 : -1) ?? 0;
  const terms = a.shape.at(transposeA ? -2 : -1) ?? 0;
  const type = typeOf(backend, { rows, columns, terms });
  const outer = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...outer, rows, columns];
  backend.graph.productFlops += 2 * terms * tf.util.sizeFromShape(shape);
  if (outer.length === 0) {
    const [left, right] = [operand(backend, a, type), operand(backend, b, type)];
    return matrixProduct(backend, { left, right, transposeA, transposeB, rows, columns, terms, type });
  }
  if (transposeA && backend.threads !== null) {
    // ONNX Runtime would move the Transpose of a stack away from the product rather than make it a part of it.
    const inputs = [operand(backend, a, type), operand(backend, b, type)];
    const attributes = { transA: 1, transB: Number(transposeB) };
    return backend.emit('FusedMatMul', inputs, { shape, dtype: 'float32' }, attributes, 'com.microsoft');
  }
  const operands = [oriented(backend, a, transposeA, type), oriented(backend, b, transposeB, type)];
  const name = backend.graph.node('MatMul', operands);
  return backend.value(type === 'float32' ? name : backend.graph.cast(name, 'float32'), shape, 'float32');
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
