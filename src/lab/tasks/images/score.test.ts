/** Accuracy and loss over the cells that are asked about. */
import { describe, expect, it } from 'vitest';
import { testBatches } from './batches.ts';
import { createScorer } from './score.ts';
import { build } from '#test/made-images.ts';

describe('scores', () => {
  it('count asked cells alone', () => {
    const data = build({ evaluation: { images: 2 } });
    const scorer = createScorer(data);
    for (const batch of testBatches(data, 100)) {
      const answers = batch.labels.map((letter, i) => {
        const { subset, test } = data.tests[batch.tests[Math.floor(i / 4)] ?? 0];
        const wrong =
          batch.weights[i] === 0 || test === 'grid-definition' || (subset === 'd1consis' && i % 4 === 0);
        return wrong ? letter + 1 : letter;
      });
      scorer.add(
        batch,
        answers,
        batch.weights.map((weight) => (weight ? 2 : 1000)),
      );
    }
    const metrics = scorer.metrics();
    const of = (subset: string, test: string) =>
      metrics.find((each) => each.subset === subset && each.test === test);
    expect(of('d1consis', 'questions')).toEqual({
      subset: 'd1consis',
      test: 'questions',
      accuracy: 0.75,
      loss: 2,
      count: 128,
    });
    expect(of('qd2incons', 'grid')).toMatchObject({ accuracy: 1, count: 400 });
    expect(of('qd2incons', 'grid-definition')).toMatchObject({ accuracy: 0, count: 400 });
    expect(of('qd1consis', 'questions')).toMatchObject({ accuracy: 1, count: 100 });
  });

  it('a loss that is not finite is not a number that is stored', () => {
    const data = build();
    const scorer = createScorer(data);
    for (const batch of testBatches(data, 64))
      scorer.add(
        batch,
        batch.labels,
        batch.weights.map(() => NaN),
      );
    expect(scorer.metrics().every(({ loss, accuracy }) => loss === null && accuracy === 1)).toBe(true);
  });
});
