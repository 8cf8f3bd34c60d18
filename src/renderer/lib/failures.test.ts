import { describe, expect, it } from 'vitest';
import type { RunRecord, RunState } from '#shared/records.ts';
import { canGoOn, causesOf, failuresOf } from './failures.ts';

const run = (id: number, state: RunState, code?: string, message = `cause of ${id}`): RunRecord => ({
  id,
  experiment: 1,
  seed: id * 10,
  seed_stage2: null,
  stage1_epoch: null,
  state,
  error: code ? { code, message } : null,
  owner_pid: null,
  owner_start: null,
  worker_pid: null,
  heartbeat_at: null,
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
  seconds: 0,
  engine: null,
  device: null,
  corpus_hash: null,
  job: null,
  task: null,
});

describe('failuresOf', () => {
  it('says nothing of runs that ended as they should, or were stopped by hand', () => {
    expect(failuresOf([run(1, 'done'), run(2, 'cancelled'), run(3, 'running')])).toEqual([]);
  });

  it('gathers runs by what can be done, and keeps each cause once with its seeds', () => {
    const found = failuresOf([
      run(1, 'failed', 'training.diverged', 'same'),
      run(2, 'failed', 'trainer.crashed'),
      run(3, 'failed', 'training.diverged', 'same'),
      run(4, 'interrupted', 'run.interrupted'),
      run(5, 'done'),
    ]);
    expect(found.map(({ title, resumable, runs }) => ({ title, resumable, runs }))).toEqual([
      { title: '2 of 5 seeds failed', resumable: false, runs: [1, 3] },
      { title: 'Seed 20 failed', resumable: true, runs: [2] },
      { title: 'Seed 40 was interrupted', resumable: true, runs: [4] },
    ]);
    expect(found[0]?.causes).toEqual([{ who: 'seed 10, 30', message: 'same' }]);
  });

  it('counts runs, and tells them apart, where a seed has several', () => {
    const nested = (id: number, state: RunState, code?: string) => ({
      ...run(id, state, code, 'same'),
      ...{ seed: id % 2, seed_stage2: Math.floor(id / 2) },
    });
    const found = failuresOf([
      nested(0, 'done'),
      nested(1, 'failed', 'training.diverged'),
      nested(2, 'interrupted', 'run.interrupted'),
      nested(3, 'failed', 'training.diverged'),
    ]);
    expect(found.map(({ title }) => title)).toEqual([
      '2 of 4 runs failed',
      'Seed 0, stage-2 seed 1 was interrupted',
    ]);
    expect(found[0]?.causes).toEqual([
      { who: 'seed 1, stage-2 seed 0; seed 1, stage-2 seed 1', message: 'same' },
    ]);
  });

  it('does not offer to resume what would fail again for a cause it does not know', () => {
    expect(failuresOf([run(1, 'failed', 'dataset.missing')])[0]?.resumable).toBe(false);
  });

  it('offers nothing for runs of another program, interrupted ones neither', () => {
    const found = failuresOf([run(1, 'interrupted', 'run.imported'), run(2, 'failed', 'run.imported')]);
    expect(found.map(({ foreign, resumable, onCluster }) => [foreign, resumable, onCluster])).toEqual([
      [true, false, false],
      [true, false, false],
    ]);
  });
});

describe('causesOf', () => {
  const at = (id: number, where: string) =>
    run(id, 'failed', 'training.diverged', `lr: 10 made NaN at ${where}; lower it`);

  it('takes causes that differ in the step alone for one, and names the steps', () => {
    const causes = causesOf([
      at(1, 'step 12 of stage1'),
      at(2, 'step 9 of stage1'),
      at(3, 'step 40 of stage2'),
    ]);
    expect(causes.map(({ message, runs }) => [message, runs.map(({ id }) => id)])).toEqual([
      ['lr: 10 made NaN at steps 9 to 12 of stage1; lower it', [1, 2]],
      ['lr: 10 made NaN at step 40 of stage2; lower it', [3]],
    ]);
  });

  it('leaves a message that several share, or that names no step, as it is', () => {
    const [same, none] = [at(1, 'step 9 of stage1'), { error: null }];
    expect(causesOf([same, same, none]).map(({ message }) => message)).toEqual([
      same.error?.message,
      'No cause was recorded.',
    ]);
  });
});

describe('canGoOn', () => {
  it('is so of what was stopped, interrupted or crashed, not of what would fail again or is done', () => {
    const runs = [
      run(1, 'cancelled'),
      run(2, 'interrupted', 'run.interrupted'),
      run(3, 'failed', 'trainer.crashed'),
      run(4, 'failed', 'training.diverged'),
      run(5, 'done'),
    ];
    expect(runs.map(canGoOn)).toEqual([true, true, true, false, false]);
  });
});
