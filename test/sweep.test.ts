/** Sweeps through the command line: real training, grouped in the history, figures and numbers. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSweep } from '#main/experiments/config-file.ts';
import { listPresets } from '#main/experiments/presets.ts';
import { credence, startCredence, temporaryFolder, TINY, until, writeIn } from './credence.ts';
import { credenceHere } from './credence-here.ts';
import { inHistory } from './in-history.ts';
import { svgTexts } from './svg-texts.ts';

interface SweepJson {
  sweep: number;
  cells: {
    experiment: number;
    cell: Record<string, unknown>;
    n: number;
    effects: Record<string, { mean: number } | null>;
  }[];
  trends: { effect: string; field: string; slope: { n: number } }[];
  files: string[];
}

const SWEEP = `${TINY.replace('seeds: 2', 'seeds: 2\nsweep:\n  over: { tags.correlation: [0.5, 1], training.stage2.epochs: [1, 2] }')}`;

describe('credence sweep', () => {
  const home = temporaryFolder();
  let result: SweepJson;

  beforeAll(async () => {
    writeIn(home, 'sweep.yaml', SWEEP);
    const finished = await credence(['run', './sweep.yaml', '--json'], home);
    expect(finished.stderr).toBe('');
    expect(finished.code).toBe(0);
    result = JSON.parse(finished.stdout) as SweepJson;
  }, 120_000);

  it('trains every combination over its seeds', () => {
    expect(result.cells.map(({ cell, n }) => [cell, n])).toEqual(
      [
        [0.5, 1],
        [0.5, 2],
        [1, 1],
        [1, 2],
      ].map(([alpha, epochs]) => [{ 'tags.correlation': alpha, 'training.stage2.epochs': epochs }, 2]),
    );
  });

  it('makes each combination an experiment of one sweep, which list, show and compare know', async () => {
    const list = JSON.parse((await credence(['list', '--json'], home)).stdout) as {
      id: number;
      sweep: number;
      name: string;
    }[];
    expect(list.map(({ id, sweep }) => [id, sweep])).toEqual([4, 3, 2, 1].map((id) => [id, 1]));
    expect(list[3].name).toBe('tiny: tags.correlation=0.5, training.stage2.epochs=1');
    const show = await credence(['show', 's1'], home);
    expect(show.stdout).toContain('sweep s1 over tags.correlation, training.stage2.epochs');
    const one = JSON.parse((await credence(['show', '2', '--json'], home)).stdout) as {
      sweep: number;
      cell: object;
      effects: object;
    };
    expect(one).toMatchObject({ sweep: 1, cell: { 'tags.correlation': 0.5, 'training.stage2.epochs': 2 } });
    expect(one.effects).toEqual(result.cells[1].effects);
    const compare = JSON.parse((await credence(['compare', 's1', '--json'], home)).stdout) as {
      config: { field: string }[];
    };
    expect(compare.config.map(({ field }) => field).sort()).toEqual([
      'name',
      'tags.correlation',
      'training.stage2.epochs',
    ]);
  });

  it('writes the figures with a line per value of the second field, and the numbers', () => {
    const svg = readFileSync(
      result.files.find((file) => file.endsWith('iml-effect.svg'))!,
      'utf8',
    );
    expect(svg).not.toMatch(/NaN|undefined/);
    const texts = svgTexts(svg);
    expect(texts).toEqual(expect.arrayContaining(['IML effect', 'Truthfulness α', 'Epochs, stage 2: 1']));
    const rows = readFileSync(
      result.files.find((file) => file.endsWith('.csv'))!,
      'utf8',
    )
      .trimEnd()
      .split('\n');
    expect(rows[0]).toBe(
      'tags.correlation,training.stage2.epochs,experiment,effect,mean,low,high,n,p,p_holm',
    );
    expect(rows).toHaveLength(1 + 2 * 4);
    expect(Number(rows[1].split(',')[4])).toBeCloseTo(result.cells[0].effects.iml!.mean, 12);
  });

  it('goes on where it was stopped, to the same numbers', async () => {
    const stopped = temporaryFolder();
    writeIn(stopped, 'sweep.yaml', SWEEP);
    const running = startCredence(['sweep', './sweep.yaml', '--jobs', '1'], stopped);
    await until(() => /done in .*\(2 of 8\)/.test(running.output()), 'two runs to end');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('credence resume s1');
    const resumed = await credence(['resume', 's1', '--json'], stopped);
    expect(resumed.code).toBe(0);
    const again = JSON.parse(resumed.stdout) as SweepJson;
    const numbers = ({ cells }: SweepJson) =>
      cells.map(({ cell, effects }) => [cell, effects.iml!.mean, effects.stage1!.mean]);
    expect(numbers(again)).toEqual(numbers(result));
    expect((await credence(['resume', 's1'], stopped)).stderr).toMatch(
      /^credence: resume: sweep s1 has no unfinished run/,
    );
  }, 120_000);

  it('sweeps any field of any experiment from the command line', async () => {
    const other = temporaryFolder();
    writeIn(other, 'tiny.yaml', TINY);
    const args = [
      'sweep',
      './tiny.yaml',
      '--over',
      'tags.order=tve,vte',
      '--over',
      'training.stage1.epochs=1,2',
    ];
    const finished = await credence([...args, '--paired', '--seeds', '1', '--json'], other);
    expect(finished.code).toBe(0);
    const { cells } = JSON.parse(finished.stdout) as SweepJson;
    expect(cells.map(({ cell }) => Object.values(cell))).toEqual([
      ['tve', 1],
      ['vte', 2],
    ]);
  });

  it.each<[string, string[], RegExp]>([
    ['no field', ['sweep', './tiny.yaml'], /sweep\.over: names no field; write for example/],
    [
      'an unknown field',
      ['sweep', './tiny.yaml', '--over', 'tags.corelation=1'],
      /tags\.corelation: unknown key.*"correlation"/,
    ],
    [
      'a field without values',
      ['sweep', './tiny.yaml', '--over', 'tags.correlation'],
      /--over: .* has no value/,
    ],
    [
      'a value that is not allowed',
      ['sweep', './tiny.yaml', '--over', 'tags.correlation=0.5,2'],
      /tags\.correlation: 2 is not allowed/,
    ],
    [
      'a combination that cannot be',
      ['sweep', './tiny.yaml', '--over', 'dataset.n_entities=120,4'],
      /in the combination dataset\.n_entities=4/,
    ],
    ['a sweep that is not there', ['show', 's7'], /sweep s7 is not in/],
    [
      'a base that is not there',
      ['run', './based.yaml'],
      /preset: "pokcet" is unknown; did you mean "pocket"/,
    ],
    ['a base that stands on itself', ['run', './loop.yaml'], /base: "\.\/loop\.yaml" stands on itself/],
  ])('refuses %s in one line, and saves nothing', async (_, args, message) => {
    const other = temporaryFolder();
    writeIn(other, 'tiny.yaml', TINY);
    writeIn(other, 'based.yaml', 'base: pokcet\n');
    writeIn(other, 'loop.yaml', 'base: ./loop.yaml\n');
    const { code, stderr } = await credenceHere(args, other);
    expect(code).toBe(2);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(inHistory(other, (history) => history.listExperiments())).toEqual([]);
  });
});

describe('the presets of sweeps', () => {
  it.each(
    listPresets()
      .filter(({ name }) => name.startsWith('sweep-'))
      .map(({ name }) => name),
  )('%s resolves in every combination', (name) => {
    const { cells, spec } = loadSweep(name);
    expect(cells.length).toBeGreaterThan(2);
    expect(new Set(cells.map(({ config }) => config.name)).size).toBe(cells.length);
    for (const { config, cell } of cells) {
      expect(config.seeds.length).toBeGreaterThanOrEqual(5);
      for (const [field, value] of Object.entries(cell))
        expect(
          field.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], config),
        ).toEqual(value);
    }
    expect(Object.keys(spec.over).length).toBeGreaterThan(0);
  });
});
