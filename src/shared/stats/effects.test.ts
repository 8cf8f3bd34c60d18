import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvaluationRecord, RunEvaluations, RunState, StageId } from '../records.ts';
import type { TestSubset } from '../subsets.ts';
import { effectsOf } from './effects.ts';
import { amount, signedAmount } from './amount.ts';
import { LEVEL } from './verdict.ts';
import { dzText, findingSentence, pRelation, stage1Sentence } from './finding.ts';

type Scores = Partial<Record<TestSubset, number>>;

/** A run that was evaluated twice in each stage; only the second counts. */
function runOf(seed: number, stages: [StageId, Scores][], state: RunState = 'done'): RunEvaluations {
  let step = 0;
  const evaluations = stages.flatMap(([stage, scores]) =>
    [1, 2].map((epoch): EvaluationRecord => ({
      run: seed + 1,
      stage,
      epoch,
      step: (step += 10),
      metrics: Object.entries(scores).flatMap(([subset, exact_match]) => [
        {
          subset: subset as TestSubset,
          test: 'association',
          exact_match: 0.99,
          f1: null,
          loss: 1,
          count: 10,
        },
        {
          subset: subset as TestSubset,
          test: 'questions',
          exact_match: epoch === 2 ? exact_match : 0.01,
          f1: null,
          loss: 1,
          count: 10,
        },
      ]),
    })),
  );
  const apart = { seed, seed_stage2: null, stage1_epoch: null };
  const run = { id: seed + 1, experiment: 1, ...apart, state } as RunEvaluations['run'];
  return { run, evaluations };
}

const twoStage = (seed: number, difference: number, state?: RunState) =>
  runOf(
    seed,
    [
      ['stage0', { qd1consis: 0.05, qd2incons: 0.05 }],
      ['stage1', { qd1consis: 0.6, qd2incons: 0.45 + seed / 100, d1consis: 0.12, d2consis: 0.12 }],
      ['stage2', { qd1consis: 0.5, qd2incons: 0.5, d1consis: 0.17 + difference, d2consis: 0.17 }],
    ],
    state,
  );

describe('effectsOf', () => {
  const runs = [0.04, 0.06, 0.05, 0.03, 0.07, 0.05].map((difference, seed) => twoStage(seed, difference));

  it('takes IML at the end and the stage-1 effect at the end of stage 1', () => {
    const { n, effects, subsets } = effectsOf(runs);
    expect(n).toBe(6);
    expect(effects.iml!.mean).toBeCloseTo(0.05);
    expect(effects.iml!.per_seed.map(({ seed, run }) => [seed, run])).toEqual(runs.map((_, i) => [i, i + 1]));
    expect(effects.stage1!.mean).toBeCloseTo(0.125);
    expect(subsets.qd1consis!.stage1!.mean).toBeCloseTo(0.6);
    expect(subsets.qd1consis!.stage2!.mean).toBeCloseTo(0.5);
    expect(subsets.d3consis).toBeUndefined();
  });

  it('is above 0 where the reliable tag helped, also where less is better', () => {
    const asErrors = runs.map(({ run, evaluations }) => ({
      run,
      evaluations: evaluations.map((evaluation) => ({
        ...evaluation,
        metrics: evaluation.metrics.map(({ exact_match, ...metric }) => ({
          ...metric,
          mse: 1 - exact_match!,
        })),
      })),
    }));
    const [right, wrong] = [effectsOf(runs), effectsOf(asErrors, 'questions', 'mse')];
    expect(wrong.metric).toBe('mse');
    expect(wrong.subsets.d1consis!.stage2!.mean).toBeCloseTo(1 - right.subsets.d1consis!.stage2!.mean);
    for (const [i, { effect }] of wrong.comparisons.entries()) {
      const twin = right.comparisons[i].effect;
      expect(effect.mean).toBeCloseTo(twin.mean);
      expect(effect.low).toBeCloseTo(twin.low!);
      effect.per_seed.forEach(({ difference }, j) =>
        expect(difference).toBeCloseTo(twin.per_seed[j].difference),
      );
    }
    expect(findingSentence(wrong)).toMatch(/: \+0\.05 mean squared error \(95 % interval/);
    expect(effectsOf(asErrors).subsets).toEqual({});
  });

  it('leaves out runs that did not finish', () => {
    const states: RunState[] = ['failed', 'cancelled', 'interrupted', 'running', 'paused', 'queued'];
    const unfinished = states.map((state, i) => twoStage(10 + i, -0.1, state));
    expect(effectsOf([...runs, ...unfinished])).toEqual(effectsOf(runs));
  });

  it('counts several runs of a seed once: their mean, so that n, interval and p are those over seeds', () => {
    const nested = [0.01, 0.05, 0.06, 0.1, 0.02, 0.06].map((difference, i) => {
      const run = twoStage(i, difference);
      return { ...run, run: { ...run.run, seed: Math.floor(i / 2), seed_stage2: i % 2 } };
    });
    const means = [0.03, 0.08, 0.04].map((difference, seed) => twoStage(seed, difference));
    const [over, plain] = [effectsOf(nested), effectsOf(means)];
    expect([over.n, over.runs]).toEqual([3, 6]);
    expect(over.effects.iml!.per_seed.map(({ seed, run }) => [seed, run])).toEqual([
      [0, 1],
      [1, 3],
      [2, 5],
    ]);
    for (const field of ['mean', 'low', 'high', 'p', 'n'] as const)
      expect(over.effects.iml![field]).toBeCloseTo(plain.effects.iml![field]!, 10);
    expect(over.subsets.d1consis!.stage2!.n).toBe(3);
  });

  it('keeps runs from earlier weights apart', () => {
    const early = twoStage(0, 0.01);
    const starts = effectsOf([...runs, { ...early, run: { ...early.run, stage1_epoch: 5 } }]);
    expect({ ...starts, starts: [] }).toEqual(effectsOf(runs));
    expect(starts.starts.map(({ stage1_epoch, iml }) => [stage1_epoch, iml!.n])).toEqual([
      [5, 1],
      [null, 6],
    ]);
    expect(effectsOf(runs).starts).toEqual([]);
  });

  it('takes stage 1 after its questions in a three-stage pipeline', () => {
    const run = runOf(0, [
      ['stage1', { qd1consis: 0.1, qd2incons: 0.1 }],
      ['stage1_qa', { qd1consis: 0.6, qd2incons: 0.4 }],
      ['stage2', { qd1consis: 0.3, qd2incons: 0.3 }],
    ]);
    expect(effectsOf([run]).effects.stage1!.mean).toBeCloseTo(0.2);
  });

  it('takes both at the one end of a single-stage pipeline', () => {
    const scores = { qd1consis: 0.6, qd2incons: 0.4, d1consis: 0.3, d2consis: 0.25 };
    const { effects } = effectsOf([runOf(0, [['stage1', scores]])]);
    expect(effects.stage1!.mean).toBeCloseTo(0.2);
    expect(effects.iml!.mean).toBeCloseTo(0.05);
  });

  it('corrects the comparisons for their number', () => {
    const { comparisons } = effectsOf(runs);
    expect(comparisons.map(({ first, second, at }) => [first, second, at])).toEqual([
      ['d1consis', 'd2consis', 'stage2'],
      ['qd1consis', 'qd2incons', 'stage1'],
    ]);
    for (const { effect, p_holm } of comparisons) expect(p_holm).toBeGreaterThanOrEqual(effect.p!);
  });

  it('gives the same JSON whether it sees all evaluations or the last of each stage', () => {
    const last = runs.map(({ run, evaluations }) => ({
      run,
      evaluations: evaluations.filter(({ epoch }) => epoch === 2),
    }));
    expect(JSON.stringify(effectsOf(last))).toBe(JSON.stringify(effectsOf(runs)));
  });
});

describe('findingSentence', () => {
  const sentence = (...differences: number[]) =>
    findingSentence(effectsOf(differences.map((difference, seed) => twoStage(seed, difference))));

  it('says what was found, with its p as one of those shown', () => {
    expect(sentence(0.04, 0.06, 0.05, 0.03, 0.07, 0.05)).toBe(
      'Models believed new definitions more when they carried the reliable tag: +5.0 points of exact match (95 % interval 3.5 to 6.5, p < 0.001, corrected for 2 comparisons p < 0.001, 6 seeds).',
    );
  });

  it('says when it is the other way round', () => {
    expect(sentence(-0.04, -0.06, -0.05, -0.03, -0.07)).toMatch(
      /^Models believed new definitions less .*: −5\.0 points/,
    );
  });

  it('says when nothing was found, and how many seeds it would take', () => {
    expect(sentence(0.04, -0.03, 0.05, -0.02, 0.01)).toMatch(
      /^No sign that .*: \+1\.0 points .*5 seeds\)\. A difference of this size would need about \d+ seeds to show \(80 % power\)\.$/,
    );
  });

  it('tells no power from fewer than five seeds, and warns of them whatever else is said', () => {
    expect(sentence(0.04, -0.03, 0.05, -0.02)).toMatch(/^No sign that .*4 seeds\)\. Only 4 seeds: [^%]*$/);
    expect(sentence(0.04, 0.05, 0.045)).toMatch(/^Models believed .* Only 3 seeds: .* Run at least 5\.$/);
  });

  it('claims nothing that the sign-flip test does not confirm', () => {
    // p = 0.048, but two of seven seeds point the other way.
    const differences = [0.13, 0.12, -0.02, 0.11, -0.03, 0.1, 0.1];
    expect(sentence(...differences)).toMatch(
      /^It is not clear yet whether models believe .* The permutation test does not confirm it \(p = 0\.0\d+\)\.$/,
    );
  });

  /** One effect that just passes by itself, and one without any sign, swapped on demand. */
  const pageOf = (headline: number[], stage1: number[]) =>
    effectsOf(
      headline.map((difference, seed) =>
        runOf(seed, [
          ['stage1', { qd1consis: 0.4 + stage1[seed], qd2incons: 0.4 }],
          ['stage2', { d1consis: 0.1 + difference, d2consis: 0.1 }],
        ]),
      ),
    );
  const BARELY = [0.02, 0.05, 0.03, 0.06, 0.002];
  const NOTHING = [0.01, -0.01, 0.02, -0.02, 0.005];

  it('judges the headline by its own p, and says when it is one of several that would not stand', () => {
    const told = findingSentence(pageOf(BARELY, NOTHING));
    expect(told).toMatch(/^Models believed .* p = 0\.035, corrected for 2 comparisons p = 0\.07\d,/);
    expect(told).toMatch(/named in advance; as just one of 2 comparisons it would not be beyond chance\.$/);
  });

  it('judges the second sentence by its corrected p', () => {
    expect(stage1Sentence(pageOf(NOTHING, BARELY))).toMatch(
      /^It is not clear yet whether the definitions .* p = 0\.035, corrected for 2 comparisons p = 0\.07\d,/,
    );
    expect(stage1Sentence(pageOf(NOTHING, [0.05, 0.05, 0.06, 0.06, 0.055]))).toMatch(
      /^After stage 1, models answered better/,
    );
  });

  it('one seed is no evidence, and equal seeds tell no uncertainty', () => {
    expect(sentence(0.04)).toMatch(/^One seed is no evidence: .*\+4\.0 points/);
    expect(sentence(0.04, 0.04)).toMatch(/^Both seeds agree exactly/);
  });

  it('says when there is nothing to say', () => {
    expect(findingSentence(effectsOf([]))).toMatch(/^No run has finished yet/);
    expect(findingSentence(effectsOf([runOf(0, [['stage1', { q: 0.3 }]])]))).toMatch(/does not test both/);
    expect(stage1Sentence(effectsOf([]))).toBeNull();
  });
});

describe('numbers in words', () => {
  it.each([
    [0.0463, '+4.6'],
    [-0.0031, '−0.3'],
    [-0.0001, '0.0'],
    [0.0625, '+6.3'],
    [-0.0625, '−6.3'],
    [0, '0.0'],
  ])('%d is %s points', (value, text) => expect(signedAmount(value, 'exact_match')).toBe(text));

  it('writes a true minus sign', () => expect(amount(-0.5, 'exact_match')).toBe('−50.0'));

  it.each([
    [0.00021, '< 0.001'],
    [0.002, '= 0.002'],
    [0.0496, '= 0.0496'],
    [0.049_99, '= 0.0499'],
    [0.05, '= 0.0500'],
    [0.05004, '= 0.0500'],
    [0.41, '= 0.41'],
    [1, '= 1.00'],
  ])('p %d', (p, text) => expect(pRelation(p)).toBe(text));

  it('reads as below 5 % exactly where p is', () => {
    const near = fc.double({ min: 0.049, max: 0.051, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(near, fc.double({ min: 0.001, max: 1, noNaN: true })), (p) => {
        const read = Number(pRelation(p).replace('= ', ''));
        expect(read < LEVEL).toBe(p < LEVEL);
        expect(Math.abs(read - p)).toBeLessThanOrEqual(p < 0.0995 ? 0.0005 + 1e-12 : 0.005 + 1e-12);
      }),
      { numRuns: 1000 },
    );
  });

  it('writes no zero with a sign', () => expect(dzText({ dz: -0.004 })).toBe('0.00'));
});
