import { describe, expect, it } from 'vitest';
import { trackPace } from './pace.ts';

describe('trackPace', () => {
  it('counts work by cost and predicts the rest from the pace', () => {
    let clock = 0;
    const pace = trackPace(
      [
        { steps: 10, tokensPerStep: 100, evaluations: 1 },
        { steps: 10, tokensPerStep: 10, evaluations: 1 },
      ],
      300,
      () => clock,
    );
    expect(pace.fraction()).toBe(0);
    expect(pace.eta()).toBe(0);
    pace.trained(100);
    clock = 1000;
    for (let i = 0; i < 9; i++) pace.trained(100);
    // 3000 of 3900 units in one second: 0.3 s are left.
    expect(pace.fraction()).toBeCloseTo(3000 / 3900, 12);
    expect(pace.eta()).toBeCloseTo(0.3, 12);
    pace.evaluated();
    for (let i = 0; i < 10; i++) pace.trained(10);
    pace.evaluated();
    expect(pace.fraction()).toBe(1);
    expect(pace.eta()).toBe(0);
  });
});
