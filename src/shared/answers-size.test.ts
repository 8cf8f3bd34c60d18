import { expect, it } from 'vitest';
import { answersEstimate } from './answers-size.ts';
import { resolveConfig } from './resolve-config.ts';

const tests = [
  { test: 'questions', subset: 'q', questions: 100, tokens: null, samples: [] },
  { test: 'grid', subset: 'q', questions: 10, tokens: null, samples: [] },
] as const;
const stages = [{ id: 'stage1' }, { id: 'stage2' }] as const;
const shape = { tests: [...tests.map((each) => ({ ...each, samples: [] }))], stages: [...stages] };
const training = { stage1: { epochs: 7, evaluate_every: 3 }, stage2: { epochs: 4, evaluate_every: 0 } };

it.each([
  ['end-of-stage', 110, 2],
  ['every', 110, 4],
] as const)('%s keeps so many answers', (keep_answers, questions, evaluations) => {
  const config = resolveConfig({ seeds: 3, training, evaluation: { keep_answers } });
  expect(answersEstimate(config, shape)).toMatchObject({ runs: 3, questions, evaluations });
});

it('asks for every cell of a whole grid, and for nothing where nothing is kept', () => {
  const images = resolveConfig({ task: 'images', dataset: { kind: 'mnist', grid: 3 } });
  expect(answersEstimate(images, shape)).toMatchObject({ questions: 100 + 10 * 9 });
  expect(answersEstimate(resolveConfig({ evaluation: { keep_answers: 'none' } }), shape)).toBeNull();
});
