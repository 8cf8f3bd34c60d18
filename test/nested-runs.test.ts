/** Stage-2 seeds and starting points: one training of stage 1 serves all, with the numbers of runs of their own. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';
import { createQueue } from '#main/experiments/experiment.ts';
import { openHistory } from '#main/history/history.ts';
import { waitsForWeights } from '#main/runs/shared-weights.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { plannedRuns } from '#shared/planned-runs.ts';
import type { RunEvaluations } from '#shared/records.ts';
import { credence, temporaryFolder, TINY, writeIn } from './credence.ts';
import { inHistory } from './in-history.ts';

/** Tiny, with two stage-2 seeds, and stage 2 from epochs 2, 4 and the end (5) of stage 1. */
const NESTED = stringify({
  ...(parse(TINY) as object),
  training: {
    ...(parse(TINY) as { training: object }).training,
    stage1: { epochs: 5, batch_size: 64, lr: 1e-3, fact_share: 1, save_every: 2 },
    stage2_from: 'each',
  },
  evaluation: { tests: ['questions'] },
  seeds: [4, 9],
  seeds_stage2: [7, 8],
});

function runsIn(home: string, experiment = 1): RunEvaluations[] {
  return inHistory(home, (history) => history.evaluationsOf(experiment));
}

describe('plannedRuns', () => {
  const planned = (raw: object) =>
    plannedRuns(resolveConfig(raw)).map(({ seed, seed_stage2, stage1_epoch }) => [
      seed,
      seed_stage2,
      stage1_epoch,
    ]);

  it('are one per seed, times stage-2 seeds, times starting points; the first of each seed trains stage 1', () => {
    expect(planned({ seeds: 2 })).toEqual([
      [0, null, null],
      [1, null, null],
    ]);
    expect(planned({ seeds: [5, 6], seeds_stage2: 2 })).toEqual([
      [5, 0, null],
      [6, 0, null],
      [5, 1, null],
      [6, 1, null],
    ]);
    const each = { pipeline: 'two-stage', stage2_from: 'each', stage1: { epochs: 6, save_every: 2 } };
    expect(planned({ seeds: [5], training: each })).toEqual([
      [5, null, null],
      [5, null, 2],
      [5, null, 4],
    ]);
    expect(planned({ seeds: [5], training: { ...each, stage1: { epochs: 7, save_every: 3 } } })).toHaveLength(
      3,
    );
  });
});

describe('a run that waits for the weights of another', () => {
  it('waits until they are written, not only until they are trained', () => {
    const history = openHistory(path.join(temporaryFolder(), 'history.sqlite'));
    const config = resolveConfig(parse(NESTED));
    const { runs } = history.createExperiment({ config, version: '0.0.0' });
    const of = (seed_stage2: number) =>
      runs.find((run) => run.seed === 4 && run.seed_stage2 === seed_stage2 && run.stage1_epoch === null)!;
    const [first, second] = [of(7), of(8)];
    const waits = () => waitsForWeights(history, config, second, new Set([first.id]));
    const stage = { run: first.id, epochs: 5, steps: 9, seconds: 1, train_loss: 1 };
    expect(waits()).toBe(true);
    history.recordStage({ ...stage, stage: 'stage1', position: 1, finished: true });
    expect(waits()).toBe(true);
    // It went on without leaving any: nothing is to be waited for.
    history.recordStage({ ...stage, stage: 'stage2', position: 2, finished: false });
    expect(waits()).toBe(false);
    history.close();
  });
});

describe('nested runs', () => {
  const shared = temporaryFolder();

  beforeAll(async () => {
    const file = writeIn(shared, 'nested.yaml', NESTED);
    const finished = await credence(['run', file, '--json', '--jobs', '3'], shared);
    expect(finished.stderr).toBe('');
    expect(finished.code).toBe(0);
  }, 120_000);

  it('train stage 1 once per seed', () => {
    const history = openHistory(path.join(shared, 'history.sqlite'));
    const runs = history.runsOf(1);
    const trained = runs.filter(({ id }) =>
      history.stagesOf(id).some(({ stage, seconds }) => stage === 'stage1' && seconds > 0),
    );
    expect(runs).toHaveLength(12);
    expect(trained.map(({ seed, seed_stage2, stage1_epoch }) => [seed, seed_stage2, stage1_epoch])).toEqual([
      [4, 7, null],
      [9, 7, null],
    ]);
    history.close();
    const folder = path.join(shared, 'weights', 'experiment-1', 'seed-4-stage2-seed-7');
    expect(readdirSync(folder).sort()).toEqual([
      'stage0.safetensors',
      'stage1-epoch-2.safetensors',
      'stage1-epoch-4.safetensors',
      'stage1.safetensors',
      'stage2.safetensors',
    ]);
  });

  it.each([
    [8, null],
    [7, 4],
  ])('have the numbers of a run alone: stage-2 seed %s, from epoch %s', async (seed_stage2, epoch) => {
    const ends = ({ evaluations }: RunEvaluations) =>
      evaluations
        .filter(({ stage, epoch: at }) => stage === 'stage2' || (stage === 'stage1' && at === (epoch ?? 5)))
        .map(({ stage, epoch: at, step, metrics }) => ({ stage, at, step, metrics }));
    const isIt = ({ run }: RunEvaluations) =>
      run.seed === 4 && run.seed_stage2 === seed_stage2 && run.stage1_epoch === epoch;
    const found = runsIn(shared).find(isIt)!;
    const wanted = await trainAlone(isIt);
    expect(ends(found)).toHaveLength(3);
    expect(ends(found)).toEqual(ends(wanted));
    expect(wanted.evaluations.length).toBeGreaterThan(found.evaluations.length);
  });

  it('count once per seed in effects, with the starting points apart', async () => {
    const show = JSON.parse((await credence(['show', '1', '--json'], shared)).stdout) as {
      effects: { iml: { n: number; mean: number; per_seed: { seed: number; difference: number }[] } };
      starts: { stage1_epoch: number | null; iml: { n: number; mean: number } }[];
    };
    const { iml } = show.effects;
    const end = (run: RunEvaluations) => {
      const metrics = run.evaluations.at(-1)!.metrics;
      const of = (subset: string) => metrics.find((metric) => metric.subset === subset)!.exact_match!;
      return of('d1consis') - of('d2consis');
    };
    const runs = runsIn(shared).filter(({ run }) => run.stage1_epoch === null);
    for (const { seed, difference } of iml.per_seed) {
      const [a, b] = runs.filter(({ run }) => run.seed === seed).map(end);
      expect(difference).toBeCloseTo((a + b) / 2, 12);
    }
    expect(iml).toMatchObject({ n: 2 });
    expect(show.starts.map(({ stage1_epoch, iml: at }) => [stage1_epoch, at.n])).toEqual([
      [2, 2],
      [4, 2],
      [null, 2],
    ]);
    expect(show.starts.at(-1)!.iml.mean).toBe(iml.mean);
  });
});

/** Trains one run of the experiment with nothing to share. */
async function trainAlone(isIt: (run: RunEvaluations) => boolean): Promise<RunEvaluations> {
  const history = openHistory(path.join(temporaryFolder(), 'history.sqlite'));
  try {
    const config = resolveConfig(parse(NESTED));
    const { experiment } = history.createExperiment({ config, version: '0.0.0' });
    const { run } = history.evaluationsOf(experiment.id).find(isIt)!;
    const queue = createQueue(history, 1, {});
    queue.add([run], config);
    await queue.drain();
    return history.evaluationsOf(experiment.id).find(isIt)!;
  } finally {
    history.close();
  }
}
