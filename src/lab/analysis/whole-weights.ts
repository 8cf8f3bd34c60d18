/** All weights of a model as they act: low-rank matrices added, those that are never trained included. */
import { wholeLayout, parameterLayout, frozenLayout } from '../models/registry.ts';
import type { ParameterEntry, ParameterLayout } from '../models/layout.ts';
import type { Task } from '../tasks/task.ts';

/** Block, or what stands outside of blocks, that a weight belongs to. */
export function partName(weight: string): string {
  const block = /^(?:.*\.)?layers\.\d+(?=\.)/.exec(weight)?.[0];
  return block ?? weight.replace(/\.(weight|bias)$/, '').replace(/\.\d+$/, '');
}

/** Weight after weight, each at several moments. @param trained the flat vectors of what is trained */
export function* wholeWeights(
  task: Task,
  trained: readonly Float32Array[],
): Generator<{ name: string; values: Float32Array[] }> {
  const { model } = task;
  const own = byName(parameterLayout(model));
  const still = byName(frozenLayout(model));
  const frozen = (task.frozenState?.()['frozen']?.data ?? new Float32Array()) as Float32Array;
  const lora = model.tuning?.lora ?? null;
  const part = (vector: Float32Array, { offset, size }: ParameterEntry) =>
    vector.subarray(offset, offset + size);
  for (const entry of wholeLayout(model)) {
    const { name } = entry;
    const [moves, rests] = [own.get(name), still.get(name)];
    const base = (vector: Float32Array) => (moves ? part(vector, moves) : part(frozen, rests!));
    const prefix = name.replace(/weight$/, '');
    const [a, b] = [own.get(`${prefix}lora_a`), own.get(`${prefix}lora_b`)];
    const values = trained.map((vector) =>
      a && b && lora
        ? withProduct(base(vector), entry, [part(vector, a), part(vector, b)], lora)
        : base(vector),
    );
    yield { name, values };
  }
}

function byName(layout: ParameterLayout): Map<string, ParameterEntry> {
  return new Map(layout.map((entry) => [entry.name, entry]));
}

/** W + alpha / rank · A B; W (in, out), or (out, in) with a row for each output; A (in, rank), B (rank, out). */
function withProduct(
  weight: Float32Array,
  { row_per_output }: ParameterEntry,
  [a, b]: [Float32Array, Float32Array],
  { rank, alpha }: { rank: number; alpha: number },
): Float32Array {
  const sum = weight.slice();
  const [inputs, outputs] = [a.length / rank, b.length / rank];
  const [down, right] = row_per_output ? [1, inputs] : [outputs, 1];
  for (let i = 0; i < inputs; i++)
    for (let r = 0; r < rank; r++) {
      const factor = (alpha / rank) * a[i * rank + r];
      for (let o = 0; o < outputs; o++) sum[i * down + o * right] += factor * b[r * outputs + o];
    }
  return sum;
}
