import { describe, expect, it } from 'vitest';
import { resolveConfig } from './resolve-config.ts';
import { lastStage, longerConfig } from './longer.ts';

const config = (training: object) =>
  resolveConfig({ model: { architecture: 'gpt2', d_model: 16, n_layers: 1, n_heads: 2 }, training });

describe('more epochs', () => {
  it('are of the last stage, which begins with the weights of the one before', () => {
    expect(lastStage(config({}))).toEqual({ last: 'stage2', before: 'stage1' });
    expect(lastStage(config({ pipeline: 'three-stage' }))).toEqual({ last: 'stage2', before: 'stage1_qa' });
    expect(lastStage(config({ pipeline: 'single-stage' }))).toMatchObject({ last: 'stage1' });
  });

  it('change nothing else', () => {
    const before = config({ stage2: { epochs: 5 } });
    const after = longerConfig(before, '12', 'longer');
    expect(after.training.stage2?.epochs).toBe(12);
    const back = {
      ...after,
      name: before.name,
      training: { ...after.training, stage2: before.training.stage2 },
    };
    expect(back).toEqual(before);
  });

  it.each(['5', '4', '0', '-1', '1.5', 'many', '', '1e3'])('are refused: %s', (text) => {
    expect(() => longerConfig(config({ stage2: { epochs: 5 } }), text, 'x')).toThrow(
      /is no whole number above 5, which stage 2 has already/,
    );
  });
});
