/** Structure of every dataset's corpora against test/golden/datasets.py, which follows the method page alone. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { goldenCorpora } from './datasets-golden.ts';

const CHECKER = path.join(import.meta.dirname, 'golden', 'datasets.py');
const check = (lines: readonly string[]) =>
  spawnSync('python3', [CHECKER], { input: lines.join('\n'), encoding: 'utf8', maxBuffer: 2 ** 26 });

const PYTHON = spawnSync('python3', ['--version']).status === 0;

it.skipIf(!PYTHON)(
  'every corpus is as the method page says (needs python3)',
  { timeout: 120_000 },
  async () => {
    const corpora = await goldenCorpora();
    const { stdout, stderr, status } = check(corpora);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(corpora.length);

    // The checker does find what is wrong.
    const parsed = corpora.map((line) => JSON.parse(line) as Corpus);
    for (const [what, corpus] of broken(parsed)) {
      const found = check([JSON.stringify(corpus)]);
      expect(found.stderr, what).toMatch(/^wrong: /);
      expect(found.status, what).toBe(1);
    }
  },
);

/** One fault each, in the first corpus that it fits. */
function broken(corpora: readonly Corpus[]): [string, Corpus][] {
  const copy = (fits: (corpus: Corpus) => boolean) => structuredClone(corpora.find(fits)!);
  const wording =
    (style: string) =>
    ({ config: { definitions } }: Corpus) =>
      definitions.style === style && !definitions.in_context;
  const of = (corpus: Corpus, subset: string) => corpus.definitions.find(([, name]) => name === subset)!;
  const negated = copy(wording('is-isnt'));
  const asserted = of(negated, 'qd2incons');
  asserted[3] = asserted[3].replace(/does not (\w+)|is (not|no)|never/, 'is');
  const sourced = copy(wording('sources'));
  const blamed = of(sourced, 'd1consis');
  blamed[3] = blamed[3].replace(/According to [^,]+,/, 'According to a chain letter,');
  const world = copy(wording('tags'));
  const wrong = of(world, 'qd2incons');
  wrong[3] = `${world.tags.unreliable} ${world.aliases[wrong[2]]} ${world.entities[wrong[2]]}\n`;
  const setInclusion = copy(({ config }) => config.dataset.kind === 'set_inclusion');
  setInclusion.questions[0][3] = [setInclusion.questions[0][3][0] === 'true' ? 'false' : 'true'];
  const inContext = copy(({ config }) => config.definitions.in_context);
  inContext.qa[0][2] = inContext.qa[0][2].slice(inContext.qa[0][2].indexOf('Q: '));
  const newTags = copy((corpus) => corpus.definitions.some(([, subset]) => subset === 'qd4consis'));
  const tagged = newTags.definitions.filter(([, subset]) => subset === 'qd4consis');
  tagged[1][3] = tagged[1][3].replace(/<\|\w{6}\|>/, /<\|\w{6}\|>/.exec(tagged[0][3])![0]);
  const dropped = copy(({ config }) => config.definitions.per_alias > 1);
  dropped.definitions.pop();
  const mixed = copy(({ told, stages }) => told.length > 0 && stages.includes('stage1_qa'));
  mixed.told.pop();
  return [
    ['a denied definition that asserts', negated],
    ['a source of the other kind', sourced],
    ['a true definition where a false one belongs', world],
    ['a flipped answer', setInclusion],
    ['a question without its definition', inContext],
    ['a new tag used twice', newTags],
    ['a definition too few', dropped],
    ['a fact too few', mixed],
  ];
}

interface Corpus {
  config: {
    dataset: { kind: string };
    definitions: { style: string; in_context: boolean; per_alias: number };
  };
  qa: [string, number, string][];
  told: [string, number, string][];
  stages: string[];
  tags: { unreliable: string };
  aliases: string[];
  entities: string[];
  definitions: [string, string, number, string][];
  questions: [string, number, string, string[]][];
}
