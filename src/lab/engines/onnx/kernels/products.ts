/**
 * Products of two matrices.
 *
 * ONNX Runtime's CPU kernel adds up each element in blocks of 128 terms, and in longer ones where it works on no more
 * than 64 columns. Of a product with more columns than rows each thread gets some of the columns: how an element is
 * rounded would depend on the number of threads. Such products are computed with rows and columns swapped, then turned
 * back; of a product with more rows than columns each thread gets some of the rows. A product with a single column
 * has a kernel of its own, whose sums depend on how many rows it is given: vectors are doubled to two columns.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { TracingBackend } from '../backend.ts';
import type { GraphNode } from '../graph.ts';
import type { OnnxType } from '../proto.ts';

/** Terms that are always added up in one block. */
const BLOCK_TERMS = 128;
/** With no more columns than these, blocks are longer. */
const NARROW = 64;
/** Threads get columns by so many. */
const COLUMN_GROUP = 16;

export interface Product {
  left: string;
  right: string;
  transposeA: boolean;
  transposeB: boolean;
  rows: number;
  columns: number;
  /** Products of elements that are added up. */
  terms: number;
  /** Of the operands. */
  type: OnnxType;
}

/** What nodes compute that are a product and nothing else. */
const products = new WeakMap<GraphNode, Product>();

/** Whether a product is computed with rows and columns swapped. */
function isSwapped(
  threads: number | null,
  { rows, columns, terms }: Pick<Product, 'rows' | 'columns' | 'terms'>,
): boolean {
  if (threads === null || terms <= BLOCK_TERMS || rows >= columns) return false;
  if (rows <= NARROW) return true; // with one thread too: swapped, it is narrow
  const groups = Math.floor(Math.ceil(columns / COLUMN_GROUP) / threads);
  return threads > 1 && groups * COLUMN_GROUP <= NARROW;
}

/** @param bias (columns) added to every row; null for none */
function emit(backend: TracingBackend, product: Product, bias: string | null): string {
  const { left, right, transposeA, transposeB, columns } = product;
  const { graph } = backend;
  if (!isSwapped(backend.threads, product)) {
    const inputs = bias === null ? [left, right] : [left, right, bias];
    return graph.node('Gemm', inputs, { transA: Number(transposeA), transB: Number(transposeB) });
  }
  const column = bias === null ? [] : [graph.node('Reshape', [bias, graph.ints(columns, 1)])];
  const attributes = { transA: Number(!transposeB), transB: Number(!transposeA) };
  const turned = graph.node('Gemm', [right, left, ...column], attributes);
  // Flatten changes nothing, but ONNX Runtime would push a Transpose on, through sums whose order that changes.
  return graph.node('Flatten', [graph.node('Transpose', [turned], { perm: [1, 0] })], { axis: 1 });
}

/** {@link emit} of a product with one row or one column, by way of two equal ones. */
function emitSingle(backend: TracingBackend, product: Product): string {
  const { graph } = backend;
  const { left, right, transposeA, transposeB, rows, columns } = product;
  const twice = (name: string, axis: number) => graph.node('Concat', [name, name], { axis });
  const doubled = {
    ...product,
    left: rows === 1 ? twice(left, Number(transposeA)) : left,
    right: columns === 1 ? twice(right, Number(!transposeB)) : right,
    rows: Math.max(rows, 2),
    columns: Math.max(columns, 2),
  };
  const bounds = [graph.ints(0, 0), graph.ints(rows, columns), graph.ints(0, 1)];
  return graph.node('Slice', [emit(backend, doubled, null), ...bounds]);
}

/** The product, in float32. */
export function matrixProduct(backend: TracingBackend, product: Product): tf.TensorInfo {
  const single = backend.threads !== null && (product.rows === 1 || product.columns === 1);
  const name = single ? emitSingle(backend, product) : emit(backend, product, null);
  const shape = [product.rows, product.columns];
  if (product.type !== 'float32') return backend.value(backend.graph.cast(name, 'float32'), shape, 'float32');
  const node = backend.graph.producer(name);
  if (node && !single) products.set(node, product);
  return backend.value(name, shape, 'float32');
}

/** A product to whose rows a vector is to be added: both in one node. Null for any other value. */
export function withBias(
  backend: TracingBackend,
  value: tf.TensorInfo,
  bias: tf.TensorInfo,
): tf.TensorInfo | null {
  const producer = backend.graph.producer(backend.nameOf(value));
  const product = producer && products.get(producer);
  if (!product) return null;
  return backend.value(emit(backend, product, backend.nameOf(bias)), value.shape, 'float32');
}
