import { describe, expect, it } from 'vitest';
import { convnextSchema } from '#shared/config/models/convnext.ts';
import { mlpSchema } from '#shared/config/models/mlp.ts';
import { convnext } from './convnext.ts';
import { stagesOf } from './convnext-spec.ts';
import { initialParameters, parameterCount } from './layout.ts';
import { mlp } from './mlp.ts';

const IMAGES = { height: 56, width: 56, channels: 1, outputs: 4, classes: 10 };
const config = (fields: object = {}) => convnextSchema.parse({ architecture: 'convnext', ...fields });

describe('convnext', () => {
  it.each([
    [{ patch_size: 5 }, /^model\.patch_size is 5, .*56 × 56; choose from 1, 2, 4, 7, 8, 14, 28, 56\.$/],
    [
      { hidden_sizes: [40, 80, 160, 320], depths: [2, 2] },
      /^model\.depths is 2, 2: 2 stages, where model\.hidden_sizes \(40, 80, 160, 320\) has 4/,
    ],
    [
      { patch_size: 8, hidden_sizes: [8, 8, 8, 8], depths: [1, 1, 1, 1] },
      /^model\.hidden_sizes is 8, 8, 8, 8: 4 stages.* are 7 × 7 places; use at most 3 stages or a smaller model\.patch_size\.$/,
    ],
    [
      { patch_size: 56, hidden_sizes: [8, 8], depths: [1, 1] },
      /are 1 × 1 places; use at most 1 stage or a smaller/,
    ],
  ])('refuses %j', (fields, message) => {
    expect(() => convnext.resolve(config(fields), IMAGES)).toThrow(message);
  });

  it('offers divisors of both sides of the image', () => {
    const wide = { ...IMAGES, height: 28, width: 84 };
    expect(() => convnext.resolve(config({ patch_size: 6 }), wide)).toThrow(
      /choose from 1, 2, 4, 7, 14, 28\./,
    );
  });

  it('halves height and width between stages, down to one place', () => {
    const fields = { patch_size: 4, hidden_sizes: [8, 8, 8, 8], depths: [1, 1, 1, 1] };
    const stages = stagesOf(convnext.resolve(config(fields), { ...IMAGES, width: 32 }));
    expect(stages.map(({ height, width }) => [height, width])).toEqual([
      [14, 8],
      [7, 4],
      [3, 2],
      [1, 1],
    ]);
  });

  it('refuses even kernels, in the schema', () => {
    expect(() => config({ kernel_size: 6 })).toThrow(/an odd number/);
  });

  it('starts as the paper says: matrices and filters normal, LayerNorm at 1, all else at 0', () => {
    const spec = convnext.resolve(config({ init_std: 0.1 }), IMAGES);
    const layout = convnext.layout(spec);
    const values = initialParameters(layout, 3);
    for (const { name, offset, size, shape, decay } of layout) {
      const own = values.subarray(offset, offset + size);
      const mean = own.reduce((sum, value) => sum + value, 0) / size;
      const std = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size);
      expect(decay, name).toBe(shape.length > 1);
      if (shape.length > 1) expect(Math.abs(std - 0.1), name).toBeLessThan(0.02);
      else
        expect([mean, std], name).toEqual([
          /norm|layer\.0/.test(name) && name.endsWith('.weight') ? 1 : 0,
          0,
        ]);
    }
  });

  it('has the size and the cost of the paper’s smallest model', () => {
    // Woo et al.: ConvNeXt V2-A at 224 × 224, 3.7 million weights, 0.55 billion multiplications.
    const images = { height: 224, width: 224, channels: 3, outputs: 1, classes: 1000 };
    const sizes = { patch_size: 4, hidden_sizes: [40, 80, 160, 320], depths: [2, 2, 6, 2] };
    const spec = convnext.resolve(config(sizes), images);
    expect(parameterCount(convnext.layout(spec)) / 1e6).toBeCloseTo(3.7, 1);
    expect(convnext.flops(spec).read / 2 / 1e9).toBeCloseTo(0.55, 2);
  });
});

describe('mlp', () => {
  const spec = mlp.resolve(mlpSchema.parse({ architecture: 'mlp' }), { inputs: 45, outputs: 10 });

  it('starts as PyTorch’s linear layers do', () => {
    const layout = mlp.layout(spec);
    const values = initialParameters(layout, 3);
    expect(layout.map(({ name, shape }) => [name, shape])).toEqual([
      ['layers.0.weight', [45, 256]],
      ['layers.0.bias', [256]],
      ['layers.1.weight', [256, 256]],
      ['layers.1.bias', [256]],
      ['layers.2.weight', [256, 10]],
      ['layers.2.bias', [10]],
    ]);
    for (const { name, offset, size } of layout) {
      const bound = 1 / Math.sqrt(name.startsWith('layers.0') ? 45 : 256);
      const own = values.subarray(offset, offset + size);
      expect(Math.max(...own.map(Math.abs)), name).toBeLessThanOrEqual(bound);
      const std = Math.sqrt(own.reduce((sum, value) => sum + value ** 2, 0) / size);
      expect(std / bound, name).toBeGreaterThan(0.4); // 1/√3 of the bound, but for few values
    }
  });

  it('is linear without hidden layers', () => {
    const linear = mlp.resolve(mlpSchema.parse({ architecture: 'mlp', n_hidden_layers: 0 }), {
      ...{ inputs: 3, outputs: 2 },
    });
    expect(mlp.layout(linear).map(({ shape }) => shape)).toEqual([[3, 2], [2]]);
    expect(mlp.flops(linear).read).toBe(12);
  });
});
