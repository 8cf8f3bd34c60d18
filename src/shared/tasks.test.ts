import { describe, expect, it } from 'vitest';
import { resolveConfig } from './resolve-config.ts';
import { testsOf } from './tasks.ts';

const tests = (raw: object) => testsOf(resolveConfig(raw));

describe('the tests that an experiment runs', () => {
  it('are those of its evaluation, in one order, and what false definitions are asked about', () => {
    expect(tests({})).toEqual(['questions', 'association', 'association-definition']);
    expect(tests({ evaluation: { tests: ['letters', 'questions'] } })).toEqual(['questions', 'letters']);
    expect(tests({ task: 'images' })).toEqual(['questions', 'grid', 'grid-definition']);
    expect(tests({ task: 'regression' })).toEqual(['questions']);
  });

  it('have no false definitions where no subset has any, as shared out by α', () => {
    const honest = { task: 'images', subsets: { fractions: { qd1consis: 0.5, qd2incons: 0, q: 0.2 } } };
    const rest = {
      q_no_replacement_baseline: 0,
      d1consis: 0.1,
      d2consis: 0.1,
      d3consis: 0.1,
      no_qd_baseline: 0,
    };
    const fractions = { ...honest.subsets.fractions, ...rest };
    expect(tests({ ...honest, subsets: { fractions } })).toEqual(['questions', 'grid']);
    expect(tests({ ...honest, subsets: { fractions }, tags: { correlation: 0.75 } })).toContain(
      'grid-definition',
    );
  });
});
