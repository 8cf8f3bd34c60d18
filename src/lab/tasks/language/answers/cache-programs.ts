/** The programs that fill a key–value cache and go on from it. */
import type { Precision } from '#shared/engines.ts';
import type { Batch } from '../../../corpus/batch.ts';
import { packBatch, type Packing } from '../../../corpus/packing.ts';
import { floatSpec, intSpec, type Program, type Tensors } from '../../../engines/engine.ts';
import type { KeysAndValues } from '../../../models/attention.ts';
import { headAnswers, headPredictions } from '../../../models/head.ts';
import type { TransformerSpec } from '../../../models/transformer-spec.ts';
import { headOf, hiddenAt, hiddenNext } from '../../../models/transformer.ts';
import { variantOf } from '../../../models/variant.ts';
import type { StepSpec } from '../../../steps/steps.ts';
import { layoutsOf, weightsIn, weightSpecs } from '../../../steps/training-program.ts';
import { readText, textInputs, type BatchShape, type ProgramShape } from '../inputs.ts';
import { arraysOf } from '../step.ts';
import { cacheNames, type CacheShape } from './cache.ts';

/** Arrays of a cache by name, layer after layer. */
function named(model: TransformerSpec, layers: readonly KeysAndValues[]): Tensors {
  const names = cacheNames(model);
  return Object.fromEntries(
    layers.flatMap(({ keys, values }, i) => [
      [names[i].keys, keys],
      [names[i].values, values],
    ]),
  );
}

/**
 * As `evaluationProgram`, and what the model knows of the texts: `keys.N` and `values.N`, (B, H_kv, T, d_head), for
 * each layer N.
 */
function readingProgram(model: TransformerSpec, shape: ProgramShape, precision: Precision): Program {
  const layouts = layoutsOf(model);
  return {
    name: 'read',
    precision,
    state: weightSpecs(layouts),
    inputs: { ...textInputs(shape), labels: intSpec(shape.targets) },
    body(state, inputs) {
      const { texts, targets } = readText(inputs, shape);
      const weights = weightsIn(layouts, state);
      const known: KeysAndValues[] = [];
      const hidden = hiddenAt(model, weights, texts, targets, (layer, of) => (known[layer] = of));
      const answers = headAnswers(headOf(model, weights), hidden, inputs.labels);
      return { outputs: { ...answers, ...named(model, known) }, next: {} };
    },
  };
}

/** Batches are all packed to one size, so that one program reads them. */
export function readingStep(
  model: TransformerSpec,
  shape: BatchShape,
  packing: Packing,
  precision: Precision,
): StepSpec<Batch, Packing> {
  const plain = { rows: shape.batch, length: shape.length, positions: shape.targets };
  return {
    key: JSON.stringify(['read', model, shape, packing, precision]),
    trains: false,
    pack: (batches) => ({
      size: packing,
      inputs: batches.map((batch) =>
        arraysOf(packBatch(batch, plain, model.learned_positions, { atLeast: packing })),
      ),
    }),
    program: (packing) => readingProgram(model, { ...shape, packing }, precision),
  };
}

/** The next token of each text, its place, and the cache. */
export interface NextTokens {
  tokens: Int32Array;
  places: Int32Array;
  arrays: Record<string, Float32Array>;
}

/**
 * One more token of each text. Inputs: `tokens` and `places` (B), and the cache. Outputs: `predictions` (B), the most
 * likely token after each, and what the model knows of the token: the cache's arrays, (B, H_kv, 1, d_head).
 */
function nextTokenProgram(
  model: TransformerSpec,
  { slots, length }: CacheShape,
  precision: Precision,
): Program {
  const layouts = layoutsOf(model);
  const array = floatSpec(slots, variantOf(model).n_kv_heads, length, model.d_head);
  const names = cacheNames(model);
  return {
    name: 'next-token',
    precision,
    state: weightSpecs(layouts),
    inputs: {
      tokens: intSpec(slots),
      places: intSpec(slots),
      ...Object.fromEntries(names.flatMap(({ keys, values }) => [keys, values].map((name) => [name, array]))),
    },
    body(state, inputs) {
      const weights = weightsIn(layouts, state);
      const known = names.map(({ keys, values }) => ({ keys: inputs[keys], values: inputs[values] }));
      const next = { tokens: inputs.tokens, places: inputs.places } as Parameters<typeof hiddenNext>[2];
      const { hidden, added } = hiddenNext(model, weights, next, known);
      const predictions = headPredictions(headOf(model, weights), hidden);
      return { outputs: { predictions, ...named(model, added) }, next: {} };
    },
  };
}

export function nextTokenStep(
  model: TransformerSpec,
  shape: CacheShape,
  precision: Precision,
): StepSpec<NextTokens, CacheShape> {
  return {
    key: JSON.stringify(['next-token', model, shape, precision]),
    trains: false,
    pack: (batches) => ({
      size: shape,
      inputs: batches.map(({ tokens, places, arrays }) => ({ tokens, places, ...arrays })),
    }),
    program: (shape) => nextTokenProgram(model, shape, precision),
  };
}
