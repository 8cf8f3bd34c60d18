import { describe, expect, it } from 'vitest';
import { axisTitle, differenceTitle } from './measured-names.ts';

describe('an axis', () => {
  it('of values is called by its metric and unit', () => {
    expect(axisTitle('exact_match')).toBe('Exact match (%)');
    expect(axisTitle('loss')).toBe('Loss (nats)');
    expect(axisTitle('mse')).toBe('Mean squared error');
  });

  it('of differences has points, or the metric that has no unit', () => {
    expect(differenceTitle('accuracy')).toBe('Difference (points)');
    expect(differenceTitle('mse')).toBe('Difference (mean squared error)');
  });
});
