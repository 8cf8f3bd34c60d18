/** Columns of effects by run, of differences to a baseline, and groups by them: against numbers worked out from the evaluations. */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { History } from '#main/history/history.ts';
import type { ImportedConfig } from '#shared/imported.ts';
import type { RunEvaluations } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { writeHistory } from '../bench/app/history.ts';
import { credence, temporaryFolder } from './credence.ts';
import { inHistory } from './in-history.ts';
import { failure, openService, type Opened } from './service.ts';

type Row = Record<string, string>;
type Measured = (run: RunEvaluations) => number;

/** Two experiments of three seeds, one of five, one of another program. */
const [BASE, PAIRED, MORE, FOREIGN] = [1, 2, 3, 4];

const THEIRS: ImportedConfig = {
  ...{ task: 'imported', name: 'theirs', seeds: [0, 1, 2], seeds_stage2: null },
  ...{ metrics: ['exact_match'], tests: ['questions'], tested: ['d1consis', 'd2consis', 'd3consis'] },
  stages: [
    { stage: 'stage1', epochs: 4, why: '' },
    { stage: 'stage2', epochs: 2, why: '' },
  ],
  source: {
    files: [{ name: 'theirs.csv', bytes: 1, sha256: 'a'.repeat(64), kind: 'csv' }],
    columns: [],
    runs: [],
    remarks: [],
  },
};

/** What the last seeds of ours measured, as if another program had, by the names of the first. */
const theirRuns = (history: History) =>
  history
    .evaluationsOf(MORE)
    .slice(2, 5)
    .map(({ evaluations }, seed) => ({
      ...{ seed, seed_stage2: null, stage1_epoch: null, state: 'done' as const, error: null },
      evaluations: () =>
        evaluations.map(({ stage, epoch, step, metrics }) => ({ stage, epoch, step, metrics })),
    }));

describe('a column of the table', () => {
  let opened: Opened;
  let runs: Map<number, RunEvaluations[]>;
  const call: Opened['api']['call'] = (method, args) => opened.api.call(method, args);

  beforeAll(async () => {
    const home = temporaryFolder();
    writeHistory(home, { experiments: 2, seeds: 3, evaluations: 6 });
    writeHistory(home, { experiments: 1, seeds: 5, evaluations: 6 });
    runs = inHistory(home, (history) => {
      history.saveImport({ uid: 'imported-1', config: THEIRS, version: '0', runs: theirRuns(history) });
      return new Map([BASE, PAIRED, MORE, FOREIGN].map((id) => [id, history.evaluationsOf(id)]));
    });
    opened = openService(home);
    // Effects of lists are worked out beside what is asked.
    await vi.waitFor(async () => {
      const rows = await cellsOf(['iml'], 'experiments', [BASE, PAIRED, MORE, FOREIGN]);
      expect(rows.map(({ cells }) => cells[0])).not.toContain(null);
    }, 20_000);
  });
  afterAll(() => opened.api.close());

  /** Exact match of a subset at the end of a stage. */
  const at =
    (subset: TestSubset, stage: 'stage1' | 'stage2'): Measured =>
    ({ evaluations }) =>
      evaluations
        .findLast((each) => each.stage === stage)!
        .metrics.find((each) => each.subset === subset && each.test === 'questions')!.exact_match!;
  const minus =
    (one: Measured, other: Measured): Measured =>
    (run) =>
      one(run) - other(run);
  const iml = minus(at('d1consis', 'stage2'), at('d2consis', 'stage2'));
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanOf = (experiment: number, of: Measured) => average(runs.get(experiment)!.map(of));
  const cellsOf = async (columns: string[], rows: 'experiments' | 'runs', experiments: number[]) =>
    (await call('analysis.points', { experiments, rows, columns })).rows;

  it('has the effects of a run itself, and of an experiment the mean over its seeds', async () => {
    const stage1 = minus(at('qd1consis', 'stage1'), at('qd2incons', 'stage1'));
    const rows = await cellsOf(['iml', 'stage1_effect'], 'runs', [BASE, MORE]);
    expect(rows).toHaveLength(8);
    for (const { experiment, run, cells } of rows) {
      const own = runs.get(experiment)!.find((each) => each.run.id === run)!;
      expect(cells[0]).toBeCloseTo(iml(own), 12);
      expect(cells[1]).toBeCloseTo(stage1(own), 12);
    }
    expect(new Set(rows.map(({ cells }) => cells[0])).size).toBeGreaterThan(2);
    const [row] = await cellsOf(['iml', 'stage1_effect'], 'experiments', [MORE]);
    expect(row!.cells).toEqual([iml, stage1].map((of) => expect.closeTo(meanOf(MORE, of), 12) as number));
  });

  it.each<[string, Measured]>([
    ['iml', iml],
    ['d1consis-d3consis', minus(at('d1consis', 'stage2'), at('d3consis', 'stage2'))],
    ['d1consis', at('d1consis', 'stage2')],
  ])(
    'tells how far %s is from a baseline: of experiments their means, of runs seed by seed',
    async (name, of) => {
      const column = `${name}.vs${BASE}`;
      const experiments = await cellsOf([column], 'experiments', [MORE, BASE, PAIRED, FOREIGN]);
      expect(experiments.map(({ cells }) => cells[0])).toEqual([
        expect.closeTo(meanOf(MORE, of) - meanOf(BASE, of), 12),
        0,
        expect.closeTo(meanOf(PAIRED, of) - meanOf(BASE, of), 12),
        expect.closeTo(meanOf(FOREIGN, of) - meanOf(BASE, of), 12),
      ]);
      // Another program drew its numbers with seeds of these names.
      const foreign = await cellsOf([column], 'runs', [FOREIGN]);
      expect(foreign.map(({ cells }) => cells[0])).toEqual([null, null, null]);
      const rows = await cellsOf([column], 'runs', [PAIRED, MORE]);
      for (const { experiment, run, seed, cells } of rows) {
        const own = runs.get(experiment)!.find((each) => each.run.id === run)!;
        const other = runs.get(BASE)!.find((each) => each.run.seed === seed);
        expect(cells[0]).toEqual(other ? expect.closeTo(of(own) - of(other), 12) : null);
      }
      expect(rows.filter(({ cells }) => cells[0] === null).map(({ seed }) => seed)).toEqual([4, 3]);
    },
  );

  it('is the difference of comparisons, paired and by Welch’s test alike', async () => {
    const { comparisons } = await call('analysis.compare', {
      ...{ experiments: [BASE, PAIRED, MORE], baseline: BASE, effects: ['iml', 'stage1'] },
    });
    expect(comparisons.map(({ paired }) => paired)).toEqual([true, true, false, false]);
    const columns = ['iml.vs1', 'stage1.vs1'];
    const rows = await cellsOf(columns, 'experiments', [PAIRED, MORE]);
    expect(rows.flatMap(({ cells }) => cells)).toEqual(
      comparisons.map(({ difference }) => expect.closeTo(difference.mean, 12) as number),
    );
  });

  it('is filtered, sorted and written by the same name; what is no baseline is refused', async () => {
    const table = (...args: string[]) => credence(['table', ...args], opened.home);
    const { stdout } = await table(
      ...['--rows', 'runs', '--columns', 'run,iml.vs1,max(d1consis.loss).vs1', '--format', 'csv'],
      ...['--where', 'max(d1consis.loss).vs1 != none and #2', '--sort=-effect.vs1'],
    );
    const rows = parse(stdout, { columns: true }) as Row[];
    const expected = runs.get(PAIRED)!.map((own, i) => [own.run.id, iml(own) - iml(runs.get(BASE)![i]!)]);
    expect(rows.map(({ run, ['iml.vs1']: found }) => [Number(run), Number(found)])).toEqual(
      expected.toSorted((a, b) => b[1]! - a[1]!).map(([run, value]) => [run, expect.closeTo(value!, 12)]),
    );
    const text = await table('--columns', 'id,iml.vs1', '--where', '#2');
    expect(text.stdout).toMatch(/^Number +IML effect less #1\n +2 +[+−]\d+\.\d\n/);
    const gone = await table('--columns', 'iml.vs99');
    expect([gone.code, gone.stdout]).toEqual([2, '']);
    expect(gone.stderr).toMatch(/^.*column "iml\.vs99": there is no experiment 99 to compare with; name one/);
    expect(await failure(call('analysis.points', { experiments: [1], columns: ['iml.vs99'] }))).toMatchObject(
      { code: 'table.column' },
    );
  });

  it('names groups by what their experiments have, or have not', async () => {
    const grouped = async (by: string[]) => {
      const found = await call('analysis.compare', { experiments: [BASE, PAIRED, FOREIGN], by });
      return found.grouped!.groups.map(({ label, experiments }) => [label, experiments]);
    };
    expect(await grouped(['alpha'])).toEqual([
      ['Truthfulness α 0.9', [PAIRED]],
      ['Truthfulness α 1', [BASE]],
      ['no Truthfulness α', [FOREIGN]],
    ]);
    expect(await grouped(['folder', 'task'])).toEqual([
      ['no Folder, Task imported', [FOREIGN]],
      ['no Folder, Task language', [BASE, PAIRED]],
    ]);
    const lines = await call('analysis.effectsAlong', {
      ...{ experiments: [BASE, FOREIGN], along: 'task', lines: 'alpha', effects: ['iml'] },
    });
    expect(lines.series.map(({ label }) => label).toSorted()).toEqual([
      'Truthfulness α 1',
      'no Truthfulness α',
    ]);
  });
});
