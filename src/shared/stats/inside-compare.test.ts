import { describe, expect, it } from 'vitest';
import type { AnalysisResult, PartResult, ProbeResult } from '../analysis.ts';
import { compareInside } from './inside-compare.ts';
import { insideSummary } from './inside.ts';
import { randomStream } from '../random.ts';

const parts = (results: AnalysisResult[]): PartResult[] =>
  results.map((result, seed) => ({ run: seed + 1, seed, result }));

const at = { stage: 'stage1', epoch: 3 } as const;

function probes(accuracy: number[][]): ProbeResult {
  const tokens = accuracy[0].map((_, i) => ({ text: String(i), role: 'same' as const }));
  const layers = accuracy.map((_, i) => `blocks.${i}.hook_resid_post`);
  return {
    kind: 'probes',
    at,
    classes: ['a', 'b'],
    template: 't',
    why: '',
    prompts: 100,
    tokens,
    layers,
    accuracy,
  };
}

describe('the best place of a probe map', () => {
  it('is chosen by the other seeds', () => {
    // Seed 0 alone has its best at the first token.
    const summary = insideSummary(
      'probes',
      parts([probes([[0.9, 0.5]]), probes([[0.5, 0.7]]), probes([[0.5, 0.8]])]),
    );
    expect(summary).toMatchObject({ best: { mean: (0.5 + 0.5 + 0.5) / 3 } });
  });

  it('is at chance where every cell is: choosing the highest gains nothing', () => {
    const random = randomStream(7, 'probe map');
    const noise = () =>
      Array.from({ length: 5 }, () => Array.from({ length: 8 }, () => 0.4 + 0.2 * random.float()));
    const means = Array.from({ length: 200 }, () => {
      const summary = insideSummary('probes', parts(Array.from({ length: 4 }, () => probes(noise()))));
      return (summary as { best: { mean: number } }).best.mean;
    });
    const mean = means.reduce((a, b) => a + b, 0) / means.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.006);
  });

  it('is not said of one seed', () => {
    expect(insideSummary('probes', parts([probes([[0.9]])]))).toMatchObject({ best: null });
  });
});

it('lays numbers of one kind beside each other, with a gap where an experiment has none', () => {
  const moved = (share: number, name = 'block 1') =>
    insideSummary(
      'moves',
      parts([
        {
          kind: 'moves',
          stages: ['stage1'],
          lens: [],
          parts: [{ name, moves: [{ norm: 1, share, cosine: null }] }],
        },
      ]),
    )!;
  const compared = compareInside([
    { name: 's: d_model=8', summary: moved(0.25) },
    { name: 's: d_model=16', summary: moved(0.5) },
    { name: 's: d_model=32', summary: moved(0.75, 'head') },
  ]);
  expect(compared).toMatchObject({
    names: ['8', '16', '32'],
    over: 'd_model',
    at: ['stage 1'],
    seeds: [1, 1, 1],
    figures: [
      {
        title: 'How far each part moved in stage 1',
        series: [
          { name: 'block 1', points: [{ mean: 0.25 }, { mean: 0.5 }, null] },
          { name: 'head', points: [null, null, { mean: 0.75 }] },
        ],
      },
    ],
  });
});
