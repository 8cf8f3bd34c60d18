import { describe, expect, it } from 'vitest';
import { trackPace } from './pace.ts';

describe('trackPace', () => {
  it('counts work by cost and predicts the rest from the pace', () => {
    let clock = 0;
    const pace = trackPace(
      [
        { steps: 10, workPerStep: 100, evaluations: 1 },
        { steps: 10, workPerStep: 10, evaluations: 1 },
      ],
      300,
      () => clock,
    );
    expect(pace.fraction()).toBe(0);
    expect(pace.eta()).toBeNull();
    pace.trained(100);
    expect(pace.eta()).toBeNull();
    clock = 1000;
    for (let i = 0; i < 9; i++) pace.trained(100);
    // 2700 units in one second, 900 of 3900 are left.
    expect(pace.fraction()).toBeCloseTo(3000 / 3900, 12);
    expect(pace.eta()).toBeCloseTo(1 / 3, 12);
    pace.evaluated();
    for (let i = 0; i < 10; i++) pace.trained(10);
    pace.evaluated();
    expect(pace.fraction()).toBe(1);
    expect(pace.eta()).toBe(0);
  });
});
