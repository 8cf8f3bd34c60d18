import { describe, expect, it } from 'vitest';
import { resolveConfig } from '#shared/resolve-config.ts';
import { metricCell, metricText, tableWords } from './metric-text.ts';
import { describeModel } from './model-text.ts';

describe('values of a metric', () => {
  it('are per cent, nats or an error', () => {
    expect(metricText(0.1234, 'exact_match')).toBe('12.3 %');
    expect(metricText(0.5, 'accuracy')).toBe('50.0 %');
    expect(metricText(1.2345, 'loss')).toBe('1.23');
    expect(metricText(1.2345, 'loss', 3)).toBe('1.234');
    expect(metricText(0.012345, 'mse')).toBe('0.0123');
    expect([metricCell(0.1234, 'accuracy'), metricCell(1.2345, 'loss')]).toEqual(['12.3', '1.23']);
  });

  it('stand in tables under their unit', () => {
    expect(tableWords('accuracy')).toBe('Cells right in per cent');
    expect(tableWords('mse')).toBe('Mean squared error');
  });
});

describe('a model in few words', () => {
  it('has the sizes of its architecture', () => {
    const of = (raw: object) => describeModel(resolveConfig(raw));
    expect(of({ model: { architecture: 'gpt2', n_layers: 2, d_model: 64 } })).toBe('gpt2, 2 × 64');
    expect(of({ task: 'images', model: { patch_size: 5, hidden_sizes: [40, 80], depths: [2, 6] } })).toBe(
      'convnext, channels 40-80, blocks 2-6',
    );
    expect(of({ task: 'regression' })).toBe('mlp, 2 × 256');
    expect(of({ pretrained: { model: '/models/org/pythia-70m' } })).toBe('org/pythia-70m, pre-trained');
  });
});
