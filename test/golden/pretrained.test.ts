/** Pre-trained architectures against transformers (pretrained.py); on WebGPU in test/engines/pretrained.test.ts. */
import { describe, expect, it } from 'vitest';
import type { TestQuestion } from '#lab/corpus/document.ts';
import { encodeTests } from '#lab/corpus/evaluation-batches.ts';
import { createEngine } from '#lab/engines/index.ts';
import { pretrainedWeights, readPretrained } from '#lab/models/pretrained/weights.ts';
import { alone } from '#lab/steps/steps.ts';
import { answersByCache } from '#lab/tasks/language/answers/by-cache.ts';
import { readingOf } from '#lab/tasks/language/reading-of.ts';
import { ENGINE_IDS } from '#shared/engines.ts';
import { presentEngines } from '../engines/present.ts';
import { valuesOf } from './models.ts';
import { caseOf, describePretrained, numbers } from './pretrained-cases.ts';
import { goldenPretrained, PRETRAINED, sourceOf } from './pretrained.ts';

describePretrained([
  await createEngine('reference'),
  ...(await presentEngines(ENGINE_IDS.filter((id) => id !== 'onnx-webgpu'))),
]);

describe('many answers', () => {
  it.each(['llama', 't5'])('of %s: the last few go on in fewer slots', async (name) => {
    const engine = await createEngine('onnx');
    const { golden, model, state } = caseOf(name);
    const texts = Array.from({ length: 66 }, (_, i) => i % golden.prompts.length);
    const right = (i: number) => i % 11 > 0;
    const tests = texts.map((of, entity): TestQuestion => {
      const asked = golden.inputs?.[of].slice(0, golden.input_lengths?.[of]) ?? golden.prompts[of];
      const golds = [right(entity) ? golden.answers[of].join(' ') : '1'];
      const prompt = [{ role: 'text' as const, text: asked.join(' ') }];
      return { test: 'questions', subset: 'q', entity, prompt, golds };
    });
    const slots: number[] = [];
    const steps = alone(engine);
    const answerer = answersByCache(
      {
        ...steps,
        step(spec) {
          const step = steps.step(spec);
          const asNext = (batch: unknown) => (batch as { tokens: Int32Array }).tokens.length;
          if (!spec.key.includes('next-token')) return step;
          return { ...step, run: (at, batch) => (slots.push(asNext(batch)), step.run(at, batch)) };
        },
      },
      {
        ...{ model, tests, tokenizer: numbers, precision: 'float32', batchSize: 66 },
        encoded: encodeTests(tests, readingOf(model, numbers), golden.answers[0].length),
      },
    );
    const { given } = await answerer.answer(engine.createState(state));
    expect(given).toEqual(texts.map((of) => golden.answers[of]));
    expect(slots).toEqual(slots.map(() => 16));
    expect(slots.length).toBeGreaterThan(0);
    answerer.dispose();
    engine.dispose();
  });
});

describe('weights', () => {
  it.each(PRETRAINED)('%s: are written as they were read', (name) => {
    const { golden, model, parameters } = goldenPretrained(name);
    const written = [...pretrainedWeights(model, parameters)];
    expect(written.map((one) => one.name).toSorted()).toEqual(Object.keys(golden.weights).toSorted());
    for (const { name, shape, data } of written) {
      expect(shape, name).toEqual(golden.weights[name].shape);
      expect(data(), name).toEqual(valuesOf(golden.weights[name]));
    }
  });

  it('are refused where one is missing, has another shape, or has no place', () => {
    const { golden, model } = goldenPretrained('llama');
    const { 'model.norm.weight': norm, ...others } = golden.weights;
    const read = (weights: typeof golden.weights) => () => readPretrained(model, sourceOf(weights));
    expect(read(others)).toThrow(/the weights hold no model\.norm\.weight; the folder is incomplete/);
    expect(read({ ...others, 'model.norm.weight': { ...norm, shape: [17] } })).toThrow(
      /the weight model\.norm\.weight is \[17\] and config\.json asks for \[16\]/,
    );
    expect(read({ ...golden.weights, 'model.visual.weight': norm })).toThrow(
      /hold 1 that a llama model has not \(model\.visual\.weight\)/,
    );
  });
});
