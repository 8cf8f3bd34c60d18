/** The programs that fill a key–value cache and go on from it. */
import type { Precision } from '#shared/engines.ts';
import type { Batch } from '../../../corpus/batch.ts';
import { packBatch, type Packing } from '../../../corpus/packing.ts';
import { floatSpec, intSpec, type Program } from '../../../engines/engine.ts';
import { headPredictions } from '../../../models/head.ts';
import { textModel } from '../../../models/registry.ts';
import type { TextSpec } from '../../../models/text-model.ts';
import type { StepSpec } from '../../../steps/steps.ts';
import { layoutsOf, weightsIn, weightSpecs } from '../../../steps/training-program.ts';
import type { BatchShape } from '../inputs.ts';
import { evaluationProgram } from '../programs.ts';
import { arraysOf, plainArrays } from '../step.ts';
import { cacheArrays, type CacheShape } from './cache.ts';

/** Batches are all packed to one size, so that one program reads them. */
export function readingStep(
  model: TextSpec,
  shape: BatchShape,
  packing: Packing | null,
  precision: Precision,
): StepSpec<Batch, Packing | null> {
  const plain = { rows: shape.batch, length: shape.length, positions: shape.targets };
  const { byPlace = false } = textModel(model).sharing(model) ?? {};
  const arrays = (batch: Batch) =>
    packing ? arraysOf(packBatch(batch, plain, byPlace, { atLeast: packing })) : plainArrays(batch);
  return {
    key: JSON.stringify(['read', model, shape, packing, precision]),
    trains: false,
    pack: (batches) => ({ size: packing, inputs: batches.map(arrays) }),
    program: (packing) =>
      evaluationProgram(model, { ...shape, ...(packing && { packing }) }, precision, true),
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
 * likely token after each, and what the model knows of the token: the cache's arrays that grow, (B, heads, 1, width).
 */
function nextTokenProgram(model: TextSpec, shape: CacheShape, precision: Precision): Program {
  const layouts = layoutsOf(model);
  const { next, head } = textModel(model);
  const arrays = cacheArrays(model, shape);
  const { slots } = shape;
  return {
    name: 'next-token',
    precision,
    state: weightSpecs(layouts),
    inputs: {
      tokens: intSpec(slots),
      places: intSpec(slots),
      ...Object.fromEntries(
        arrays.map(({ name, heads, places, width }) => [name, floatSpec(slots, heads, places, width)]),
      ),
    },
    body(state, inputs) {
      const weights = weightsIn(layouts, state);
      const token = { tokens: inputs.tokens, places: inputs.places } as Parameters<typeof next>[2];
      const { hidden, added } = next(model, weights, token, inputs);
      return { outputs: { predictions: headPredictions(head(model, weights), hidden), ...added }, next: {} };
    },
  };
}

export function nextTokenStep(
  model: TextSpec,
  lengths: Omit<CacheShape, 'slots'>,
  precision: Precision,
): StepSpec<NextTokens, number> {
  return {
    key: JSON.stringify(['next-token', model, lengths, precision]),
    trains: false,
    pack: (batches) => ({
      size: Math.max(...batches.map(({ tokens }) => tokens.length)),
      inputs: batches.map(({ tokens, places, arrays }) => ({ tokens, places, ...arrays })),
    }),
    program: (slots) => nextTokenProgram(model, { ...lengths, slots }, precision),
  };
}
