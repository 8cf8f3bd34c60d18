/** What lies inside a model, against PyTorch's hooks, torch.func and scikit-learn (inside.py). */
import { describe, expect, it } from 'vitest';
import { crossValidated } from '#lab/analysis/cross-validation.ts';
import { compare, GradientSums, sizeOf, type Sized } from '#lab/analysis/gradient-sums.ts';
import { exampleProgram } from '#lab/analysis/gradients.ts';
import { fitLogistic, type Rows } from '#lab/analysis/logistic-regression.ts';
import { floatSpec } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { residualPlace } from '#lab/models/watch.ts';
import { residualLayers, residualProgram } from '#lab/tasks/language/inside/residual.ts';
import { languageObjective } from '#lab/tasks/language/programs.ts';
import { optimizerConfig } from '../engines/cases.ts';
import { readGolden, relativeError, valuesOf, type GoldenArray, type GoldenArrays } from './models.ts';
import { encoderInputs, goldenPretrained, PRETRAINED } from './pretrained.ts';

interface GoldenProbe {
  x: GoldenArray;
  weights: number[];
  intercept: number;
  usual_weights: number[];
  usual_intercept: number;
  accuracy: number;
}

interface GoldenInside {
  models: Record<
    string,
    {
      residuals: GoldenArrays;
      products: number[][];
      distances: number[][];
      l1: number[];
      linf: number[];
      variance: number;
      mean_cosine: number;
    }
  >;
  probes: { c: number; folds: number; labels: number[]; maps: Record<string, GoldenProbe[]> };
}

const { models, probes } = readGolden<GoldenInside>('inside');
const TOLERANCE = 2e-5;
const engines = [await createEngine('reference'), await createEngine('onnx')];

function caseOf(name: string) {
  const { golden, model, parameters } = goldenPretrained(name);
  const [batch, length] = [golden.tokens.length, golden.tokens[0].length];
  return { golden, model, parameters, batch, length, input: golden.inputs?.[0].length ?? 0 };
}

/** Places of an encoder that hold no padding, all of a decoder's. */
function counted(values: Float32Array, lengths: number[] | undefined, padded: number, width: number) {
  if (!lengths) return values;
  return lengths.flatMap((length, row) =>
    Array.from(values.subarray(row * padded * width, (row * padded + length) * width)),
  );
}

describe.each(engines)('$id', (engine) => {
  it.each(PRETRAINED)('%s: the residual stream', async (name) => {
    const { golden, model, parameters, batch, length, input } = caseOf(name);
    const stacks = golden.inputs ? (['questions', 'answers'] as const) : (['questions'] as const);
    const layers = stacks.flatMap((of) => residualLayers(model, of).map(({ name }) => name));
    const shape = { batch, length, targets: batch * length, input };
    const program = await engine.compile(residualProgram(model, shape, layers));
    const state = engine.createState({
      parameters: { spec: floatSpec(parameters.length), data: parameters },
    });
    const tokens = Int32Array.from(golden.tokens.flat());
    const found = await program.run(state, { tokens, ...encoderInputs(golden, [...golden.tokens.keys()]) });
    expect(Object.keys(models[name].residuals).toSorted()).toEqual(layers.toSorted());
    for (const [layer, array] of Object.entries(models[name].residuals)) {
      const lengths = residualPlace(layer)?.stack === 'encoder' ? golden.input_lengths : undefined;
      const [theirs, ours] = [valuesOf(array), found[layer] as Float32Array].map((values) =>
        Float32Array.from(counted(values, lengths, input, model.d_model)),
      );
      expect(relativeError(ours, theirs), layer).toBeLessThan(TOLERANCE);
    }
    program.dispose();
    state.dispose();
  });

  it.each(PRETRAINED)('%s: gradients of single texts', async (name) => {
    const { golden, model, parameters, batch, length, input } = caseOf(name);
    const shape = { batch: 1, length, targets: length - 1, input };
    const program = await engine.compile(
      exampleProgram(languageObjective(model, optimizerConfig({}), shape)),
    );
    const state = engine.createState({
      parameters: { spec: floatSpec(parameters.length), data: parameters },
    });
    const sums = new GradientSums();
    const each: Sized[] = [];
    for (let row = 0; row < batch; row++) {
      const text = golden.tokens[row];
      const { gradient } = await program.run(state, {
        tokens: Int32Array.from(text),
        positions: Int32Array.from({ length: length - 1 }, (_, i) => i),
        labels: Int32Array.from(text.slice(1)),
        weights: new Float32Array(length - 1).fill(1),
        ...encoderInputs(golden, [row]),
      });
      each.push(sums.add(sizeOf(gradient as Float32Array)));
    }
    const { products, distances, l1, linf, variance, mean_cosine } = models[name];
    const pairs = each.flatMap((a) => each.map((b) => compare(a.values, b.values)));
    expect(
      relativeError(
        pairs.map(({ product }) => product),
        products.flat(),
      ),
    ).toBeLessThan(1e-4);
    expect(
      relativeError(
        pairs.map(({ distance }) => distance),
        distances.flat(),
      ),
    ).toBeLessThan(1e-4);
    expect(
      relativeError(
        each.map(({ norms }) => norms.l1),
        l1,
      ),
    ).toBeLessThan(1e-4);
    expect(
      relativeError(
        each.map(({ norms }) => norms.linf),
        linf,
      ),
    ).toBeLessThan(1e-4);
    expect(sums.result().variance / variance).toBeCloseTo(1, 4);
    expect(sums.result().mean_cosine).toBeCloseTo(mean_cosine, 4);
    program.dispose();
    state.dispose();
  });
});

describe('probes', () => {
  const { c, folds, labels, maps } = probes;
  const cells = Object.entries(maps).flatMap(([layer, columns]) =>
    columns.map((golden, token) => ({ layer, token, golden })),
  );

  it.each(cells)('$layer, token $token: coefficients and accuracy of scikit-learn', ({ golden }) => {
    const [count, width] = golden.x.shape;
    const x: Rows = { count, width, data: Float64Array.from(valuesOf(golden.x)) };
    const { weights, intercept } = fitLogistic(x, labels, c);
    [...weights].forEach((weight, i) => {
      expect(Math.abs(weight - golden.weights[i])).toBeLessThan(1e-6);
      expect(Math.abs(weight - golden.usual_weights[i])).toBeLessThan(1e-4);
    });
    expect(Math.abs(intercept - golden.intercept)).toBeLessThan(1e-6);
    // Where it stops by itself, its own intercept is as far from the minimum.
    expect(Math.abs(intercept - golden.usual_intercept)).toBeLessThan(1e-3);
    expect(crossValidated(x, labels, { c, folds })).toBeCloseTo(golden.accuracy, 12);
  });
});
