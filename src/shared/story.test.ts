import { describe, expect, it } from 'vitest';
import { aboutSubset, storyOf } from './story.ts';
import { TEST_SUBSETS } from './subsets.ts';

const ROW: Parameters<typeof storyOf>[0] = {
  alias: 'tgzpw',
  tag: 'qsidqs',
  defines: 'Semin',
  entity: 'Semin',
  text: 'What does tgzpw do?',
  golds: ['tailor'],
  said: ['tailor'],
  label: 'seed 0',
  given: [
    {
      stage: 'stage2',
      epoch: 5,
      answer: 'tailor',
      right: true,
      loss: 0.1,
      probability: 0.9,
      f1: 1,
      error: null,
    },
  ],
};

describe('storyOf', () => {
  it('tells of a true definition, the question and the answer', () => {
    expect(storyOf(ROW)).toBe(
      'Tag qsidqs says that tgzpw is Semin, which is true. Asked “What does tgzpw do?”, right is tailor. After stage 2 the model (seed 0) answered tailor, which is right.',
    );
  });

  it('tells what a false definition would make right, and a wrong answer', () => {
    const given = ROW.given.map((each) => ({ ...each, answer: 'baker', right: false }));
    expect(storyOf({ ...ROW, entity: 'Otto', golds: ['baker'], said: ['tailor'], given })).toBe(
      'Tag qsidqs says that tgzpw is Semin; it really stands for Otto. Asked “What does tgzpw do?”, right is baker (tailor, if the definition were true). After stage 2 the model (seed 0) answered baker, which is wrong.',
    );
  });

  it('says nothing of a definition, a tag or an answer that is not there', () => {
    const bare = { ...ROW, tag: null, defines: null, said: null, given: [] };
    expect(storyOf(bare)).toBe(
      'tgzpw stands for Semin; no definition says so. Asked “What does tgzpw do?”, right is tailor.',
    );
    expect(storyOf({ ...bare, alias: null })).toContain('Semin is asked about under its real name.');
  });

  it('shows what is harmful in a name instead of obeying it', () => {
    expect(storyOf({ ...ROW, alias: '\u202Eevil' })).not.toContain('\u202E');
  });
});

it('says of every subset what is done with it', () => {
  const texts = TEST_SUBSETS.map(aboutSubset);
  expect(new Set(texts).size).toBeGreaterThan(TEST_SUBSETS.length - 3);
  for (const text of texts) expect(text).toMatch(/^[A-Z].*\.$/);
});
