/** What a pre-trained model knows before it is trained: `credence zero-shot`, and what is kept of it. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFactsJob } from '#main/trainer/facts.ts';
import { loadConfig } from '#main/experiments/config-file.ts';
import { loadTask } from '#lab/tasks/index.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import type { KnownFacts } from '#shared/known-facts.ts';
import { credence, temporaryFolder, writeIn } from './credence.ts';
import { factsItKnows, tinyPretrained, tinyT5 } from './tiny-pretrained.ts';

const model = tinyPretrained();

describe('what it knows before it is trained', () => {
  const home = temporaryFolder();
  const file = writeIn(home, 'people.yaml', JSON.stringify(factsItKnows('people')));

  it('is asked under the real names; the entities it knows are kept by name, and a run has these alone', async () => {
    const out = path.join(home, 'known.yaml');
    const found = await credence(['zero-shot', file, '--keep', '2', '--out', out, '--json'], home);
    expect([found.code, found.stderr]).toEqual([
      0,
      expect.stringMatching(/wrote .*known\.yaml: 2 entities of which 2 facts or more are known/),
    ]);
    const facts = JSON.parse(found.stdout) as KnownFacts & { kept: string[] };
    expect(facts).toMatchObject({ asked: 12, known: 4, kept: ['Ada Lovelace', 'Alan Turing'] });
    expect(facts.attributes.map(({ name, known, asked }) => [name, known, asked])).toEqual([
      ['town', 2, 6],
      ['craft', 2, 6],
    ]);
    expect(facts.examples[0]).toEqual({
      ...{ prompt: 'Q: What is the town of Ada Lovelace?\nA:', golds: ['yyyy'], given: 'yyyy', right: true },
    });
    const { dataset } = loadConfig(out);
    expect(dataset).toMatchObject({ kind: 'csv', keep_entities: facts.kept });
    for (const seed of [0, 7]) {
      const task = await loadTask(loadConfig(out), seed);
      expect(task.describe(0, 9).table.rows.map(({ entity }) => entity)).toEqual(facts.kept);
    }
  });

  it('is told as a table with intervals, also where nobody is left to keep', async () => {
    const { code, stdout, stderr } = await credence(
      ['zero-shot', file, '--keep', '3', '--out', path.join(home, 'none.yaml')],
      home,
    );
    expect(stdout).toMatch(
      /^4 of 12 facts about 6 entities \(seed 0\) are known: 33\.3 % \[13\.8, 60\.9\]\n/,
    );
    expect(stdout).toMatch(/town +2 of 6 +33\.3 %/);
    expect(stdout).toMatch(/wrong: Q: What is the town of Grace Hopper\? A: → yyyy, not town 2/);
    expect(stdout).toMatch(/2 or more +2\n/);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/of no entity 3 facts or more are known; lower it/),
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['a model from scratch', {}, /^pretrained: is not set; a model from scratch knows no fact/],
    ['another task', { task: 'regression' }, /^task: "regression" has no facts to be asked/],
    [
      'variables',
      { dataset: { kind: 'modular' }, pretrained: { model } },
      /^dataset\.kind: its variables have no real names/,
    ],
  ])('is refused in one line: %s', async (_name, raw, message) => {
    const job = { config: resolveConfig(raw), seed: 0, threads: 1, dataset_cache: home };
    await expect(runFactsJob(job, () => {})).rejects.toThrow(message);
  });

  it('is asked of a T5 too, and of a model whose training leaves weights out', async () => {
    const { pretrained, ...raw } = factsItKnows('others');
    for (const changes of [{ model: tinyT5() }, { lora: { rank: 2 } }, { frozen_layers: 1 }]) {
      const config = resolveConfig({ ...raw, pretrained: { ...pretrained, ...changes } });
      const job = { config, seed: 0, threads: 1, dataset_cache: home };
      const { asked, known } = await runFactsJob(job, () => {});
      expect([asked, known]).toEqual([12, 'model' in changes ? 0 : 4]);
    }
  });

  it('is asked with options that belong together', async () => {
    const { code, stderr } = await credence(['zero-shot', file, '--keep', '2'], home);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--keep and --out belong together/)]);
  });
});
