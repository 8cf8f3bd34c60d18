import { describe, expect, it } from 'vitest';
import { configDiff } from './config-diff.ts';
import { resolveConfig } from './resolve-config.ts';

describe('configDiff', () => {
  it('shows only what differs, missing fields included', () => {
    const world = resolveConfig({ name: 'a', training: { stage1: { lr: 0.1 } } });
    const csv = resolveConfig({ name: 'a', dataset: { kind: 'csv', path: 'x.csv' } });
    const fields = Object.fromEntries(configDiff([world, csv]).map(({ field, values }) => [field, values]));
    expect(fields['training.stage1.lr']).toEqual([0.1, 5e-5]);
    expect(fields['dataset.kind']).toEqual(['world', 'csv']);
    expect(fields['dataset.n_values']).toEqual([8, undefined]);
    expect(fields).not.toHaveProperty('name');
    expect(fields).not.toHaveProperty('model.d_model');
  });

  it('finds nothing between equal configs', () => {
    expect(configDiff([resolveConfig({}), resolveConfig({}), resolveConfig({})])).toEqual([]);
  });
});
