/** A step in parts makes the step of the whole batch. */
import { describe, expect, it } from 'vitest';
import { emptyBatch, setPosition, type Batch } from '../../corpus/batch.ts';
import { createEngine } from '../../engines/index.ts';
import { parameterLayout } from '../../models/registry.ts';
import { scratchOf, stepOn } from '../../steps/steps.ts';
import { initialState } from '../../steps/training-program.ts';
import { randomStream } from '#shared/random.ts';
import { optimizerConfig, tinyModel } from '#test/engines/cases.ts';
import { languageStep } from './step.ts';

// Where all of a head is rotated no gradient is only rounding (test/engines/conformance.test.ts).
const model = tinyModel({ n_layers: 1, rotary_fraction: 1 });
const shape = { batch: 7, length: 5, targets: 35 };

/** Texts of different lengths: what lies behind the last target of one is padding. */
function batchOf(seed: number): Batch {
  const random = randomStream(seed, 'parts');
  const batch = emptyBatch({ rows: 7, length: 5, positions: 35 }, 0);
  let slot = 0;
  for (let row = 0; row < 7; row++)
    for (let at = 0, length = 1 + random.int(5); at < length; at++) {
      batch.tokens[row * 5 + at] = random.int(24);
      setPosition(batch, slot++, row * 5 + at, random.int(24));
    }
  return batch;
}

describe.each(['onnx', 'reference'] as const)('%s', (id) => {
  it.each(['adamw', 'adafactor'] as const)('parts of 1, 2, 3 and 7 texts: %s', async (name) => {
    const engine = await createEngine(id);
    const optimizer = optimizerConfig({ name, clip_norm: 0.5 });
    const train = async (microBatch: number | null) => {
      const spec = languageStep({ model, optimizer, shape, microBatch });
      const step = stepOn(engine, spec);
      const state = engine.createState({
        ...initialState(parameterLayout(model), optimizer, 5),
        ...scratchOf(spec),
      });
      const rows = [];
      for (let i = 0; i < 4; i++) rows.push(await step.run(state, batchOf(i), { lr: Float32Array.of(1e-3) }));
      const parameters = await state.read('parameters');
      step.dispose();
      state.dispose();
      return { rows, parameters };
    };
    const whole = await train(null);
    for (const rows of [1, 2, 3, 7]) {
      const parts = await train(rows);
      parts.rows.forEach(({ loss, grad_norm }, i) => {
        expect(loss[0]).toBeCloseTo(whole.rows[i].loss[0], 4);
        expect(grad_norm[0]).toBeCloseTo(whole.rows[i].grad_norm[0], 3);
      });
      whole.parameters.forEach((value, i) => expect(parts.parameters[i]).toBeCloseTo(value, 3));
    }
  });
});
