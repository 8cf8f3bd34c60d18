/** Columns of experiments whose seeds have unlike numbers of stage-2 runs: what comparisons say, and what is worked out by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig } from '#shared/resolve-config.ts';
import type { History } from '#main/history/history.ts';
import { temporaryFolder } from './credence.ts';
import { inHistory } from './in-history.ts';
import { openService, type Opened } from './service.ts';

/** Exact match on d1consis of the finished stage-2 runs of each seed; d3consis is a tenth everywhere. */
type Measured = Record<number, number[]>;

/** Over seeds (0.3 + 0.5) / 2 = 0.4; over its three runs it would be 0.367. */
const BASE: Measured = { 0: [0.2, 0.4], 1: [0.5] };
/** The same seeds: (0.6 + 0.8) / 2 = 0.7; over its four runs 0.75. */
const PAIRED: Measured = { 0: [0.6], 1: [0.8, 1, 0.6] };
/** Other seeds as well: (0.6 + 0.4 + 0.8) / 3 = 0.6; over its four runs 0.6 too, less 0.367 = 0.233. */
const MORE: Measured = { 0: [0.5, 0.7], 1: [0.4], 2: [0.8] };

/** What no column may count: runs that began stage 2 with earlier weights of stage 1. */
const EARLIER = 0.05;

function save(history: History, measured: Measured, index: number): void {
  const config = resolveConfig({
    name: `two levels ${index}`,
    training: { stage1: { epochs: 2, save_every: 1 }, stage2: { epochs: 1 }, stage2_from: 'each' },
    seeds: Object.keys(measured).map(Number),
    seeds_stage2: 3,
  });
  const { runs } = history.createExperiment({ config, version: '0.0.0' });
  for (const { id, seed, seed_stage2, stage1_epoch } of runs) {
    const own = measured[seed]![seed_stage2!];
    // A seed whose stage-2 runs failed but for some.
    if (own === undefined) history.markFailed(id, { code: 'run.diverged', message: 'diverged' });
    else finish(history, id, stage1_epoch === null ? own : EARLIER);
  }
}

function finish(history: History, run: number, share: number): void {
  history.markRunning(run, { engine: 'onnx', device: 'cpu' });
  const of = (exact_match: number) => ({ exact_match, f1: exact_match, loss: 1 - exact_match, count: 100 });
  for (const [stage, epoch, step, more] of [
    ['stage1', 1, 10, 0],
    ['stage1', 2, 20, 0],
    ['stage2', 1, 30, share],
  ] as const)
    history.recordEvaluation({
      ...{ run, stage, epoch, step },
      metrics: [
        { subset: 'd1consis', test: 'questions', ...of(more) },
        { subset: 'd3consis', test: 'questions', ...of(0.1) },
      ],
    });
  history.markDone(run, 1);
}

describe('columns of experiments with several stage-2 runs a seed', () => {
  let opened: Opened;
  const call: Opened['api']['call'] = (method, args) => opened.api.call(method, args);
  const cellsOf = async (columns: string[], experiments = [1, 2, 3]) =>
    (await call('analysis.points', { experiments, rows: 'experiments', columns })).rows.map(
      ({ cells }) => cells,
    );

  beforeAll(() => {
    const home = temporaryFolder();
    inHistory(home, (history) => [BASE, PAIRED, MORE].forEach((of, i) => save(history, of, i)));
    opened = openService(home);
  });
  afterAll(() => opened.api.close());

  const near = (values: number[]) => values.map((value) => expect.closeTo(value, 12) as number);

  it('count each seed once, whatever is taken of its runs', async () => {
    const columns = ['d1consis', 'max(d1consis)', 'mean(d1consis)', 'd1consis.loss', 'd1consis-d3consis'];
    expect(await cellsOf(columns)).toEqual([
      // The mean of three evaluations, of which two measured nothing.
      near([0.4, 0.4, 0.4 / 3, 0.6, 0.3]),
      near([0.7, 0.7, 0.7 / 3, 0.3, 0.6]),
      near([0.6, 0.6, 0.2, 0.4, 0.5]),
    ]);
  });

  it('differ from a baseline by what comparisons call the difference, paired or not', async () => {
    const differences = await call('analysis.differences', { experiments: [1, 2, 3], baseline: 1 });
    const stated = differences.filter(({ subset, at }) => subset === 'd1consis' && at === 'stage2');
    expect(stated.map(({ side, paired, n }) => [side, paired, n])).toEqual([
      [2, true, 2],
      [3, false, 2],
    ]);
    expect(stated.map(({ mean }) => mean)).toEqual(near([0.3, 0.2]));
    expect(await cellsOf(['d1consis.vs1', 'd1consis.loss.vs1'])).toEqual([
      near([0, 0]),
      near([0.3, -0.3]),
      near([0.2, -0.2]),
    ]);
    const { comparisons } = await call('analysis.compare', {
      ...{ experiments: [1, 2, 3], baseline: 1, effects: ['d1consis-d3consis'] },
    });
    expect(comparisons.map(({ difference }) => difference.mean)).toEqual(near([0.3, 0.2]));
    const effect = await cellsOf(['d1consis-d3consis.vs1'], [2, 3]);
    expect(effect).toEqual([near([0.3]), near([0.2])]);
  });

  it('of runs are less the mean of what their seed measured in the baseline', async () => {
    const { rows } = await call('analysis.points', {
      ...{ experiments: [2], rows: 'runs', columns: ['state', 'd1consis.vs1', 'd1consis'] },
    });
    const measured = rows.filter(({ cells }) => cells[0] === 'done' && cells[2] !== EARLIER);
    const bySeed = measured.map(({ seed, cells }) => [seed, cells[1]]).toSorted();
    // 0.6 less the mean of 0.2 and 0.4; 0.6, 0.8 and 1 less 0.5.
    expect(bySeed).toEqual(
      [
        [0, 0.3],
        [1, 0.1],
        [1, 0.3],
        [1, 0.5],
      ].map(([seed, value]) => [seed, expect.closeTo(value!, 12)]),
    );
  });
});
