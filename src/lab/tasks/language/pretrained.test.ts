import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PretrainedConfig } from '#shared/config/models/pretrained.ts';
import { TINY_TEXT, tinyModel } from '#test/engines/cases.ts';
import { parameterCount } from '../../models/layout.ts';
import { parameterLayout } from '../../models/registry.ts';
import { keptActivations, microBatchOf } from './pretrained.ts';

const model = tinyModel({ n_layers: 16, d_model: 192, n_heads: 1 }, { ...TINY_TEXT, vocab_size: 500_000 });
const weights = parameterCount(parameterLayout(model));
/** Of a text of 64 tokens: 10 d_model, 4 d_mlp and 2 heads of 64 for each token in each layer. */
const activations = 64 * 16 * (1920 + 4 * 768 + 128);
const [whole, part] = [2 ** 28 + 2 * weights, 2 ** 28].map((most) => Math.floor(most / activations));
const auto = { micro_batch: null } as PretrainedConfig;
const shapeOf = (batch: number) => ({ batch, length: 64, targets: 64 * batch });

describe('texts whose gradients are worked out at once', () => {
  it('are those of the whole batch while they take less than adding up would', () => {
    expect(whole).toBeGreaterThan(1.5 * part);
    for (const batch of [1, part, part + 1, whole])
      expect(microBatchOf(auto, model, shapeOf(batch))).toBeNull();
  });

  it('keep 1 GiB of activations, in parts of one size, where a batch takes more', () => {
    fc.assert(
      fc.property(fc.integer({ min: whole + 1, max: 20_000 }), (batch) => {
        const rows = microBatchOf(auto, model, shapeOf(batch))!;
        const parts = Math.ceil(batch / rows);
        expect(rows).toBeLessThanOrEqual(part);
        expect(parts).toBe(Math.ceil(batch / part));
        expect(parts * rows - batch).toBeLessThan(parts);
      }),
    );
  });

  it('are as many as the config says', () => {
    const said = { micro_batch: 5 } as PretrainedConfig;
    expect([4, 5, 6, 300].map((batch) => microBatchOf(said, model, shapeOf(batch)))).toEqual([
      null,
      null,
      5,
      5,
    ]);
  });

  it('keep as much at once as there are of them', () => {
    const said = { micro_batch: 5 } as PretrainedConfig;
    expect(keptActivations(said, model, shapeOf(4))).toBe(4 * activations);
    expect(keptActivations(said, model, shapeOf(300))).toBe(5 * activations);
    expect(keptActivations(auto, model, shapeOf(whole))).toBe(whole * activations);
    expect(keptActivations(auto, model, shapeOf(20_000))).toBeLessThanOrEqual(2 ** 28);
  });
});
