import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { initialParameters, parameterCount } from './layout.ts';
import { parameterLayout, resolveModel } from './registry.ts';

const TEXT = { vocab_size: 50, n_ctx: 8 };

function resolve(fields: Partial<ModelConfig>, text = TEXT) {
  return resolveModel(languageSchema.parse({ model: fields }).model, text);
}

describe('resolveModel', () => {
  it('takes what GPT-NeoX has where the config is silent', () => {
    const model = resolve({ architecture: 'gpt-neox', d_model: 64, n_heads: 4 });
    expect(model).toMatchObject({ d_head: 16, d_mlp: 256, rotary_dims: 4, activation: 'gelu' });
    expect(model).toMatchObject({ parallel_residual: true, tied_head: false, learned_positions: false });
  });

  it('takes what GPT-2 has where the config is silent', () => {
    const model = resolve({ architecture: 'gpt2', d_model: 64, n_heads: 4 });
    expect(model).toMatchObject({ rotary_dims: 0, activation: 'gelu_new', learned_positions: true });
    expect(model).toMatchObject({ parallel_residual: false, tied_head: true });
  });

  it('takes what T5 v1.0 has where the config is silent', () => {
    const model = resolve({ architecture: 't5', d_model: 64, n_heads: 4, n_layers: 3 });
    expect(model).toMatchObject({ d_head: 16, d_mlp: 256, activation: 'relu', gated: false });
    expect(model).toMatchObject({ n_layers: 3, n_decoder_layers: 3, tied_head: true, scaled_head: true });
    expect(model).toMatchObject({ position_buckets: 32, furthest_position: 128, init_factor: 1 });
    expect(resolve({ architecture: 't5', tied_head: false })).toMatchObject({ scaled_head: false });
  });

  it.each([
    [{ rotary_fraction: 0.5 }, /model\.rotary_fraction is 0\.5, and a T5 tells positions by their distance/],
    [{ parallel_residual: true }, /model\.parallel_residual is true, .* set it to null/],
    [{ n_heads: 5 }, /n_heads is 5, which does not divide/],
  ])('refuses what a T5 has not: %j', (fields, message) => {
    expect(() => resolve({ architecture: 't5', ...fields })).toThrow(message);
  });

  it('keeps what the config says', () => {
    const fields = { d_mlp: 10, rotary_fraction: 1, parallel_residual: false, tied_head: true };
    const model = resolve({ d_model: 64, n_heads: 4, ...fields });
    expect(model).toMatchObject({ d_mlp: 10, rotary_dims: 16, parallel_residual: false, tied_head: true });
  });

  it.each([
    [0, 16, 0],
    [0.25, 16, 4],
    [0.25, 12, 2],
    [0.1, 16, 2],
    [0.25, 2, 2],
    [0.99, 6, 4],
  ])('rotates %d of a head of width %d in pairs: %d', (rotary_fraction, width, dims) => {
    const model = resolve({ rotary_fraction, d_model: 2 * width, n_heads: 2 });
    expect(model).toMatchObject({ rotary_dims: dims });
  });

  it('names the heads that do not divide the width', () => {
    expect(() => resolve({ d_model: 64, n_heads: 5 })).toThrow(
      /model.n_heads is 5, which does not divide model.d_model \(64\)/,
    );
  });

  it('refuses rotary positions on heads of width one', () => {
    expect(() => resolve({ d_model: 4, n_heads: 4 })).toThrow(/model.n_heads is 4.*rotary_fraction to 0/);
    expect(resolve({ d_model: 4, n_heads: 4, rotary_fraction: 0 }).d_head).toBe(1);
  });
});

describe('parameterLayout', () => {
  const models = fc.record({
    architecture: fc.constantFrom('gpt2' as const, 'gpt-neox' as const),
    n_layers: fc.integer({ min: 1, max: 4 }),
    tied_head: fc.boolean(),
    d_mlp: fc.integer({ min: 1, max: 40 }),
  });

  it('covers the flat vector without gaps, each name once', () => {
    fc.assert(
      fc.property(models, (fields) => {
        const layout = parameterLayout(resolve({ d_model: 8, n_heads: 2, ...fields }));
        let end = 0;
        for (const { offset, size, shape } of layout) {
          expect(offset).toBe(end);
          expect(shape.reduce((a, b) => a * b)).toBe(size);
          end += size;
        }
        expect(end).toBe(parameterCount(layout));
        expect(new Set(layout.map(({ name }) => name)).size).toBe(layout.length);
      }),
    );
  });

  it('counts what GPT-2 small and Pythia 70M count', () => {
    const gpt2 = { architecture: 'gpt2', d_model: 768, n_layers: 12, n_heads: 12 } as const;
    const pythia = { architecture: 'gpt-neox', d_model: 512, n_layers: 6, n_heads: 8 } as const;
    const count = (fields: Partial<ModelConfig>, text: typeof TEXT) =>
      parameterCount(parameterLayout(resolve(fields, text)));
    expect(count(gpt2, { vocab_size: 50257, n_ctx: 1024 })).toBe(124_439_808);
    expect(count(pythia, { vocab_size: 50304, n_ctx: 2048 })).toBe(70_426_624);
  });

  it('decays matrices and nothing else', () => {
    const layout = parameterLayout(resolve({ architecture: 'gpt2', d_model: 8, n_heads: 2 }));
    const undecayed = layout.filter(({ decay }) => !decay).map(({ name }) => name);
    expect(undecayed.every((name) => /bias$|ln_\w+\.weight$/.test(name))).toBe(true);
    expect(layout.find(({ name }) => name === 'positions.weight')?.decay).toBe(true);
  });
});

describe('initialParameters', () => {
  const model = resolve({ architecture: 'gpt2', d_model: 32, n_layers: 8, n_heads: 2 });
  const layout = parameterLayout(model);
  const parameters = initialParameters(layout, 1);
  const valuesOf = (name: string) => {
    const entry = layout.find((one) => one.name === name);
    if (!entry) throw new Error(name);
    return parameters.slice(entry.offset, entry.offset + entry.size);
  };
  const std = (values: Float32Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

  it('draws matrices with the configured deviation, smaller for GPT-2’s residual projections', () => {
    expect(std(valuesOf('layers.0.mlp.in.weight')) / 0.02).toBeCloseTo(1, 1);
    expect(std(valuesOf('layers.0.mlp.out.weight')) / (0.02 / 4)).toBeCloseTo(1, 1);
    expect(std(valuesOf('layers.3.attention.out.weight')) / (0.02 / 4)).toBeCloseTo(1, 1);
  });

  it('begins with biases 0 and LayerNorm weights 1', () => {
    expect(valuesOf('layers.1.attention.qkv.bias').every((x) => x === 0)).toBe(true);
    expect(valuesOf('ln_final.weight').every((x) => x === 1)).toBe(true);
    expect(valuesOf('ln_final.bias').every((x) => x === 0)).toBe(true);
  });

  it('depends on the seed and on nothing else', () => {
    expect(initialParameters(layout, 1)).toEqual(parameters);
    expect(initialParameters(layout, 2)).not.toEqual(parameters);
  });

  it('draws each weight from its own stream: more layers leave the first ones as they were', () => {
    const deeper = { ...model, n_layers: 9 };
    const other = initialParameters(parameterLayout(deeper), 1);
    const embedding = valuesOf('embedding.weight');
    expect(other.slice(0, embedding.length)).toEqual(embedding);
  });
});
