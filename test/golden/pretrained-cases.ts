/** Pre-trained architectures against transformers (pretrained.py), on an engine. */
import { describe, expect, it } from 'vitest';
import type { TestQuestion } from '#lab/corpus/document.ts';
import { encodeTests } from '#lab/corpus/evaluation-batches.ts';
import type { Tokenizer } from '#lab/corpus/vocabulary.ts';
import type { Engine, StateValues, TensorData } from '#lab/engines/engine.ts';
import { floatSpec, intSpec, type Program, type Tensors } from '#lab/engines/engine.ts';
import { unflatten } from '#lab/models/layout.ts';
import { crossEntropy } from '#lab/models/ops.ts';
import { readPretrained } from '#lab/models/pretrained/weights.ts';
import { textModel } from '#lab/models/registry.ts';
import type { Weights } from '#lab/models/layout.ts';
import { flatten } from '#lab/optimizers/optimizer.ts';
import { alone } from '#lab/steps/steps.ts';
import { initialOptimizerState, lossAndGradients } from '#lab/steps/training-program.ts';
import { answersByCache } from '#lab/tasks/language/answers/by-cache.ts';
import { trainProgram } from '#lab/tasks/language/programs.ts';
import { readingOf } from '#lab/tasks/language/reading-of.ts';
import { readText, textInputs } from '#lab/tasks/language/inputs.ts';
import { optimizerConfig } from '../engines/cases.ts';
import { relativeError, valuesOf } from './models.ts';
import { encoderInputs, goldenPretrained, PRETRAINED, sourceOf } from './pretrained.ts';

const TOLERANCE = 2e-5;
const AFTER_STEPS = 1e-4;
const OPTIMIZERS = ['adamw', 'adafactor'] as const;

/** A small model of an architecture, with what transformers computed of it. */
export function caseOf(name: string) {
  const { golden, model, layout, parameters } = goldenPretrained(name);
  const [batch, length] = [golden.tokens.length, golden.tokens[0].length];
  const input = golden.inputs?.[0].length ?? 0;
  const shape = { batch, length, targets: batch * (length - 1), input };
  const positions = golden.tokens.flatMap((_, row) =>
    Array.from({ length: length - 1 }, (_, i) => row * length + i),
  );
  const inputs: Record<string, TensorData> = {
    tokens: Int32Array.from(golden.tokens.flat()),
    positions: Int32Array.from(positions),
    labels: Int32Array.from(golden.tokens.flatMap((row) => row.slice(1))),
    weights: new Float32Array(positions.length).fill(1),
    ...encoderInputs(golden, [...golden.tokens.keys()]),
  };
  const state: StateValues = { parameters: { spec: floatSpec(parameters.length), data: parameters } };
  return { golden, model, layout, parameters, shape, inputs, state };
}

type Case = ReturnType<typeof caseOf>;

/** Logits at every position that has a label, loss and flat gradient. */
function gradientProgram({ model, layout, shape }: Case): Program {
  const inputs = {
    ...textInputs(shape),
    labels: intSpec(shape.targets),
    weights: floatSpec(shape.targets),
  };
  const logits = (weights: Weights, given: Tensors) =>
    textModel(model).forward(model, weights, readText(given, shape));
  const objective = {
    ...{ layout, optimizer: optimizerConfig({}), inputs },
    loss: (weights: Weights, given: Tensors) =>
      crossEntropy(logits(weights, given), given.labels, given.weights),
  };
  return {
    name: 'gradients',
    state: { parameters: floatSpec(layout.at(-1)!.offset + layout.at(-1)!.size) },
    inputs,
    body({ parameters }, given) {
      const { loss, gradients } = lossAndGradients(objective, { parameters }, given);
      return {
        outputs: { logits: logits(unflatten(layout, parameters), given), loss, gradient: flatten(gradients) },
        next: {},
      };
    },
  };
}

/** Logits, loss, gradients, ten steps and greedy answers of every architecture are those of transformers. */
export function describePretrained(engines: Engine[]): void {
  describe.each(engines)('$id', (engine) => {
    it.each(PRETRAINED)('%s: logits, loss and gradients', async (name) => {
      const one = caseOf(name);
      const { golden, model, layout, inputs, state } = one;
      const program = await engine.compile(gradientProgram(one));
      const { logits, loss, gradient } = await program.run(engine.createState(state), inputs);
      const [rows, length, vocabulary] = golden.logits.shape;
      const all = valuesOf(golden.logits);
      const asked = Array.from({ length: rows }, (_, row) => [
        ...all.subarray(row * length * vocabulary, (row + 1) * length * vocabulary - vocabulary),
      ]).flat();
      expect(relativeError(logits, asked)).toBeLessThan(TOLERANCE);
      expect(loss[0]).toBeCloseTo(golden.loss, 5);
      const expected = readPretrained(model, sourceOf(golden.gradients));
      for (const { name, offset, size } of layout) {
        const range = [offset, offset + size];
        const [ours, theirs] = [gradient.subarray(...range), expected.subarray(...range)];
        // A key's bias has no gradient but for rounding where keys are not rotated.
        const largest = Math.max(1e-3, ...theirs.map(Math.abs));
        theirs.forEach((value, i) => expect(Math.abs(value - ours[i]) / largest, name).toBeLessThan(1e-4));
      }
      program.dispose();
    });

    it.each(PRETRAINED.flatMap((name) => OPTIMIZERS.map((optimizer) => [name, optimizer] as const)))(
      '%s: ten steps of %s',
      async (name, optimizerName) => {
        const { golden, model, layout, shape, inputs, state } = caseOf(name);
        const { optimizer: fields, lr, losses, grad_norms } = golden[optimizerName];
        const optimizer = optimizerConfig(fields);
        const program = await engine.compile(trainProgram(model, optimizer, shape));
        const at = engine.createState({ ...state, ...initialOptimizerState(layout, optimizer) });
        const [ours, norms]: number[][] = [[], []];
        for (let step = 0; step < losses.length; step++) {
          const outputs = await program.run(at, { ...inputs, lr: Float32Array.of(lr) });
          ours.push(outputs.loss[0]);
          norms.push(outputs.grad_norm[0]);
        }
        expect(relativeError(ours, losses)).toBeLessThan(AFTER_STEPS);
        expect(relativeError(norms, grad_norms)).toBeLessThan(AFTER_STEPS);
        program.dispose();
      },
    );

    it.each(PRETRAINED)('%s: greedy answers, token for token', async (name) => {
      const { golden, model, state } = caseOf(name);
      const { inputs, prompts, answers } = golden;
      const tests = prompts.map((prompt, entity): TestQuestion => {
        const asked = inputs?.[entity].slice(0, golden.input_lengths?.[entity]) ?? prompt;
        const text = asked.join(' ');
        return { test: 'questions', subset: 'q', entity, prompt: [{ role: 'text', text }], golds: ['1'] };
      });
      const answerer = answersByCache(alone(engine), {
        ...{ model, tests, tokenizer: numbers, precision: 'float32' },
        encoded: encodeTests(tests, readingOf(model, numbers), answers[0].length),
        batchSize: prompts.length - 1, // one waits for a slot
      });
      expect((await answerer.answer(engine.createState(state))).given).toEqual(answers);
      answerer.dispose();
    });
  });
}

/** Tokens written as numbers; none ends an answer. */
export const numbers: Tokenizer = {
  size: Infinity,
  padId: 0,
  encode(parts) {
    const ids = parts.map(({ text }) => text.split(/\s/).filter(Boolean).map(Number));
    return { ids: ids.flat(), targets: parts.flatMap(({ target }, i) => ids[i].map(() => (target ? 1 : 0))) };
  },
  split: () => [],
  decode: () => '',
};
