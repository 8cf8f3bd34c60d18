/** `credence export-data`: every split as JSON Lines, whole or not, the same each time, counted as in the preview. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DataExport } from '#shared/api/design.ts';
import type { CorpusDescription } from '#shared/corpus.ts';
import { credenceHere } from './credence-here.ts';
import { temporaryFolder, TINY, writeIn } from './credence.ts';
import { openService, tiny } from './service.ts';

interface Line {
  question: string;
  answer: string;
  text: string;
  kind?: string;
  subset?: string | null;
  answers?: string[];
}

const SETS = `
name: sets
dataset: { kind: set_inclusion, n_variables: 60, numbers_per_question: 4 }
subsets: { fractions: { qd1consis: 0.4, qd2incons: 0.4, q: 0, q_no_replacement_baseline: 0, d1consis: 0.1, d2consis: 0.1, d3consis: 0, no_qd_baseline: 0 } }
evaluation: { tests: [questions] }
`;
const THREE = `${TINY}
definitions: { style: is-isnt, per_alias: 3 }
`.replace('training:\n', 'training:\n  pipeline: three-stage\n');

const home = temporaryFolder();
const linesOf = (folder: string, file: string) =>
  readFileSync(path.join(folder, file), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

describe.each([
  ['world', TINY],
  ['sets', SETS],
  ['three', THREE],
])('the data of %s', (name, yaml) => {
  const folder = path.join(home, `${name}-data`);
  let files: DataExport['files'] = [];
  let preview: CorpusDescription & { corpus_hash: string; tags: object };

  beforeAll(async () => {
    const config = writeIn(home, `${name}.yaml`, yaml);
    const shown = await credenceHere(['preview', config, '--seed', '1', '--json'], home);
    expect(shown.code, shown.stderr).toBe(0);
    preview = JSON.parse(shown.stdout) as typeof preview;
    const written = await credenceHere(
      ['export-data', config, '--seed', '1', '--out', folder, '--json'],
      home,
    );
    expect(written.code, written.stderr).toBe(0);
    files = (JSON.parse(written.stdout) as DataExport).files;
  }, 60_000);

  it('has as many rows of each kind, subset and test as the preview counts', () => {
    for (const { id, groups } of preview.stages) {
      const lines = linesOf(folder, `${id}.jsonl`);
      const counted = groups.map(({ kind, subset, documents }) => [kind, subset, documents]);
      const found = groups.map(({ kind, subset }) => [
        kind,
        subset,
        lines.filter((line) => line.kind === kind && line.subset === subset).length,
      ]);
      expect(found).toEqual(counted);
      expect(lines.length).toBe(groups.reduce((sum, { documents }) => sum + documents, 0));
    }
    for (const { test, subset, questions } of preview.tests)
      expect(linesOf(folder, `test-${test}-${subset}.jsonl`).length, `${test} ${subset}`).toBe(questions);
    expect(files.length).toBe(preview.stages.length + preview.tests.length);
  });

  it('has texts that are question and answer, split where the answer begins', () => {
    for (const { file, rows } of files) {
      const lines = linesOf(folder, file);
      expect(lines.length).toBe(rows);
      expect(
        lines.filter(
          ({ question, answer, text }) =>
            question + answer !== text || question === '' || !answer.startsWith(' '),
        ),
      ).toEqual([]);
    }
    const qa = linesOf(
      folder,
      files.find(({ file }) => file === 'stage1.jsonl' || file === 'stage1_qa.jsonl')!.file,
    );
    if (name === 'world') expect(qa.find(({ kind }) => kind === 'qa')!.text).toMatch(/^Q: .*\?\nA: \S+\n$/);
  });

  it('has a manifest and a config beside them', () => {
    const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({
      format: 'credence-data-1',
      seed: 1,
      corpus_hash: preview.corpus_hash,
      tags: preview.tags,
      files,
    });
    expect(readdirSync(folder).toSorted()).toEqual(
      [...files.map(({ file }) => file), 'config.yaml', 'manifest.json'].toSorted(),
    );
  });

  it('is the same once more, from the config beside it', async () => {
    const other = path.join(home, `${name}-again`);
    const again = await credenceHere(
      ['export-data', path.join(folder, 'config.yaml'), '--seed', '1', '--out', other, '--json'],
      home,
    );
    expect(again.code, again.stderr).toBe(0);
    expect((JSON.parse(again.stdout) as DataExport).files).toEqual(files);
  });
});

describe('folders', () => {
  it('are written whole or not at all: what is there stays', async () => {
    const config = writeIn(home, 'whole.yaml', TINY);
    const strange = temporaryFolder();
    writeIn(strange, 'thesis.txt', 'years of work');
    const bad = writeIn(home, 'bad.yaml', TINY.replace('n_entities: 120', 'n_entities: 3'));
    const earlier = path.join(home, 'world-data');
    const before = readdirSync(earlier).length;
    const fresh = path.join(home, 'fresh');
    const file = writeIn(home, 'file', '');
    const cases: [string[], RegExp][] = [
      [[config, '--out', strange], /holds other files; choose a new or empty folder/],
      [[config, '--out', strange, '--force'], /holds other files/],
      [[config, '--out', earlier], /holds an earlier export; .*--force/],
      [[config, '--out', ''], /--out: "" is empty/],
      [[config, '--out', file], /cannot write .* \(ENOTDIR\)/],
      [[config, '--out', fresh, '--seed', 'x'], /--seed: "x" is not a whole number/],
      [[bad, '--out', fresh], /subsets\.fractions/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await credenceHere(['export-data', ...args], home);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
    expect([existsSync(fresh), readdirSync(strange), readdirSync(earlier).length]).toEqual([
      false,
      ['thesis.txt'],
      before,
    ]);
    expect(readdirSync(home).filter((name) => name.includes('.part-'))).toEqual([]);
    const replaced = await credenceHere(['export-data', config, '--out', earlier, '--force'], home);
    expect([replaced.code, replaced.stdout]).toEqual([0, expect.stringMatching(/stage1\.jsonl +\d+/)]);
  }, 60_000);
});

describe('through the API', () => {
  it('writes into a folder of its own each time, in a thread', async () => {
    const { api, home: data } = openService();
    const config = tiny({ name: 'a name / with: signs' });
    const one = await api.call('design.exportData', { config });
    const two = await api.call('design.exportData', { config, seed: 5 });
    const three = await api.call('design.exportData', { config });
    const folder = path.join(data, 'exports', 'a-name-with-signs-seed-0');
    expect([one.folder, three.folder, two.seed]).toEqual([folder, `${folder}-2`, 5]);
    expect(one.files).toEqual(three.files);
    expect(two.files).not.toEqual(one.files);
    expect(linesOf(folder, 'stage2.jsonl').length).toBe(
      one.files.find(({ file }) => file === 'stage2.jsonl')!.rows,
    );
    await api.close();
  }, 60_000);

  it('opens a file of the authors with its report', async () => {
    const { authorsYaml } = await import('./authors.ts');
    const { api } = openService();
    const read = await api.call('design.import', { yaml: authorsYaml('sets'), file_name: 'sets.yaml' });
    expect(read.authors).toMatchObject({ file: 'sets.yaml', verdict: 'opened' });
    expect(read.config).toMatchObject({ name: 'sets', dataset: { kind: 'set_inclusion' } });
    const toy = await api.call('design.import', { yaml: 'toy_example_arguments: { d_y: 3 }' });
    expect([toy.config, toy.authors?.verdict, toy.problems.length]).toEqual([null, 'not opened', 1]);
    expect((await api.call('design.import', { yaml: 'name: ours' })).authors).toBeNull();
    await api.close();
  }, 60_000);
});
