/**
 * What earlier versions kept, as models have it today. Linear weights of pre-trained decoders had a row for each input
 * and have one for each output now.
 */
import { AVERAGES, averageSizes } from '#lab/optimizers/adafactor.ts';
import type { StateValues, TensorData } from '#lab/engines/engine.ts';
import type { ModelSpec } from '#lab/models/architecture.ts';
import { parameterCount, type ParameterEntry, type ParameterLayout } from '#lab/models/layout.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { TransformerSpec } from '#lab/models/transformer-spec.ts';

interface Trained {
  model: ModelSpec;
  /** Weights, and where training is to go on, what the optimiser keeps of each. */
  state: StateValues;
}

/** @param model of a file, with the state that the file holds */
export function asToday(model: ModelSpec, state: StateValues): Trained {
  const { variant } = model as Partial<TransformerSpec>;
  if (!variant || variant.row_per_output !== undefined) return { model, state };
  const today = { ...model, variant: { ...variant, row_per_output: true } };
  return { model: today, state: inOrder(state, parameterLayout(model), parameterLayout(today)) };
}

/** Layouts have the same weights one after the other, some of them transposed. */
function inOrder(state: StateValues, from: ParameterLayout, to: ParameterLayout): StateValues {
  const count = parameterCount(from);
  const turned = (name: string, data: TensorData): TensorData => {
    if (name === AVERAGES) return averagesInOrder(data as Float32Array, from, to);
    return data.length === count ? weightsInOrder(data as Float32Array, from, to) : data;
  };
  return Object.fromEntries(
    Object.entries(state).map(([name, { spec, data }]) => [name, { spec, data: turned(name, data) }]),
  );
}

const isTransposed = (from: ParameterEntry, to: ParameterEntry) =>
  (from.row_per_output ?? false) !== (to.row_per_output ?? false);

/** A value for each weight. */
function weightsInOrder(values: Float32Array, from: ParameterLayout, to: ParameterLayout): Float32Array {
  const result = values.slice();
  from.forEach((entry, i) => {
    if (!isTransposed(entry, to[i])) return;
    const { offset, shape } = entry;
    const [rows, columns] = shape;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        result[offset + column * rows + row] = values[offset + row * columns + column];
  });
  return result;
}

/** Adafactor keeps averages of rows, then of columns, of each matrix. */
function averagesInOrder(values: Float32Array, from: ParameterLayout, to: ParameterLayout): Float32Array {
  const result = values.slice();
  let at = 0;
  from.forEach((entry, i) => {
    const [rows, columns = 0] = averageSizes(entry);
    if (isTransposed(entry, to[i])) {
      result.set(values.subarray(at + rows, at + rows + columns), at);
      result.set(values.subarray(at, at + rows), at + columns);
    }
    at += rows + columns;
  });
  return result;
}
