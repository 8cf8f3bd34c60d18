/**
 * Float16 products where no device has them: tfjs's plain JavaScript backend with the operands and results of matrix
 * products rounded as a device rounds them. Everything else of a program of mixed precision is as it is.
 */
import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { EagerEngine } from '#lab/engines/eager.ts';
import type { Engine } from '#lab/engines/engine.ts';
import { WHERE_FINITE } from '#lab/engines/fused.ts';
import { isHalfProduct } from '#lab/engines/precision.ts';

const BACKEND = 'half-products';

interface Call {
  inputs: tf.NamedTensorInfoMap;
  backend: object;
  attrs?: tf.NamedAttrMap;
}

function valuesOf(backend: MathBackendCPU, { dataId }: tf.TensorInfo): Float32Array {
  return backend.data.get(dataId).values as Float32Array;
}

/** To the nearest float16; infinite beyond 65504. */
function rounded(backend: MathBackendCPU, x: tf.TensorInfo): tf.TensorInfo {
  const values = Float32Array.from(new Float16Array(valuesOf(backend, x)));
  return backend.makeTensorInfo(x.shape, 'float32', values);
}

function matMul({ inputs, backend, attrs = {} }: Call): tf.TensorInfo {
  const cpu = backend as MathBackendCPU;
  const [a, b] = [inputs['a']!.shape, inputs['b']!.shape];
  const [rows, terms] = attrs['transposeA'] ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const columns = b.at(attrs['transposeB'] ? -2 : -1)!;
  if (!isHalfProduct({ rows, columns, terms }))
    return tf.getKernel(tf.BatchMatMul, 'cpu').kernelFunc({ inputs, backend, attrs }) as tf.TensorInfo;
  const operands = { a: rounded(cpu, inputs['a']!), b: rounded(cpu, inputs['b']!) };
  const exact = tf.getKernel(tf.BatchMatMul, 'cpu').kernelFunc({ inputs: operands, backend, attrs });
  const result = rounded(cpu, exact as tf.TensorInfo);
  [operands.a, operands.b, exact as tf.TensorInfo].forEach((info) => cpu.disposeIntermediateTensorInfo(info));
  return result;
}

/** As an engine's fused kernel broadcasts: `test` may be one number for each seed. */
function whereFinite({ inputs, backend }: Call): tf.TensorInfo {
  const cpu = backend as MathBackendCPU;
  const [test, a, b] = ['test', 'a', 'b'].map((name) => valuesOf(cpu, inputs[name]!));
  const each = a.length / test.length;
  const chosen = a.map((value, i) => (Number.isFinite(test[Math.floor(i / each)]) ? value : b[i]));
  return cpu.makeTensorInfo(inputs['a']!.shape, 'float32', chosen);
}

/** The backend's own multiplies every row with 0 or 1: one infinite row would reach every sum. */
function segmentSum({ inputs, backend, attrs = {} }: Call): tf.TensorInfo {
  const cpu = backend as MathBackendCPU;
  const [x, ids] = [inputs['x']!, valuesOf(cpu, inputs['segmentIds']!)];
  const width = x.shape.slice(1).reduce((a, b) => a * b, 1);
  const sums = new Float32Array((attrs['numSegments'] as number) * width);
  valuesOf(cpu, x).forEach((value, i) => {
    sums[ids[Math.floor(i / width)] * width + (i % width)] += value;
  });
  return cpu.makeTensorInfo([attrs['numSegments'] as number, ...x.shape.slice(1)], 'float32', sums);
}

/** An engine whose matrix products are float16, for programs of mixed precision; it calls itself `reference`. */
export function halfProductsEngine(): Engine {
  const own = {
    [tf.BatchMatMul]: matMul,
    [tf.UnsortedSegmentSum]: segmentSum,
    [WHERE_FINITE]: whereFinite,
  };
  tf.registerBackend(BACKEND, () => new MathBackendCPU(), 0);
  for (const kernel of tf.getKernelsForBackend('cpu'))
    if (!(kernel.kernelName in own)) tf.registerKernel({ ...kernel, backendName: BACKEND });
  for (const [kernelName, kernelFunc] of Object.entries(own))
    tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  return inFloat32(new EagerEngine('reference', BACKEND));
}

/** An engine that takes programs of mixed precision for such of float32: with a loss scale, and exact products. */
export function inFloat32(engine: Engine): Engine {
  return {
    id: engine.id,
    createState: (values) => engine.createState(values),
    compile: (program) => engine.compile({ ...program, precision: 'float32' }),
    dispose: () => engine.dispose(),
  };
}
