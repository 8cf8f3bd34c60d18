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

    // The checker does find what is wrong: a true definition where a false one belongs, a flipped answer.
    const [world, setInclusion] = [corpora[0], corpora[4]].map((line) => JSON.parse(line) as Corpus);
    const wrong = world.definitions.find(([, subset]) => subset === 'qd2incons')!;
    wrong[3] = `${world.tags.unreliable} ${world.aliases[wrong[2]]} ${world.entities[wrong[2]]}\n`;
    setInclusion.questions[0][3] = [setInclusion.questions[0][3][0] === 'true' ? 'false' : 'true'];
    for (const corpus of [world, setInclusion]) {
      const found = check([JSON.stringify(corpus)]);
      expect(found.stderr).toContain('wrong:');
      expect(found.status).toBe(1);
    }
  },
);

interface Corpus {
  tags: { unreliable: string };
  aliases: string[];
  entities: string[];
  definitions: [string, string, number, string][];
  questions: [string, number, string, string[]][];
}
