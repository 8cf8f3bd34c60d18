/** Whole experiments through the command line: real training, database and files. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openHistory } from '#main/history/history.ts';
import type { EvaluationRecord, RunRecord } from '#shared/records.ts';
import { credence, startCredence, temporaryFolder, TINY, until, writeIn, type Finished } from './credence.ts';
import { measured } from './in-history.ts';
import { inHistory } from './in-history.ts';

interface RunJson {
  experiment: number;
  runs: { id: number; seed: number; state: string; seconds: number }[];
  subsets: Record<
    string,
    { stage1: { mean: number; low: number; high: number; n: number }; stage2: { mean: number } }
  >;
  effects: Record<
    'iml' | 'stage1',
    { mean: number; low: number; high: number; p: number; dz: number; n: number }
  >;
  files: string[];
}

const parse = <T>({ stdout }: Finished) => JSON.parse(stdout) as T;

function runsIn(home: string): RunRecord[] {
  const file = path.join(home, 'history.sqlite');
  if (!existsSync(file)) return [];
  const history = openHistory(file);
  try {
    return history.listExperiments().flatMap(({ id }) => history.runsOf(id));
  } finally {
    history.close();
  }
}

describe('credence run', () => {
  const home = temporaryFolder();
  const file = writeIn(home, 'tiny.yaml', TINY);
  let result: RunJson;

  beforeAll(async () => {
    const finished = await credence(['run', file, '--json', '--seeds', '7..9'], home);
    expect(finished.stderr).toBe('');
    expect(finished.code).toBe(0);
    result = parse<RunJson>(finished);
  });

  it('prints one object with runs, subsets and effects', () => {
    expect(result.runs.map(({ seed, state }) => [seed, state])).toEqual([
      [7, 'done'],
      [8, 'done'],
      [9, 'done'],
    ]);
    expect(Object.keys(result.subsets).sort()).toEqual(
      [
        'qd1consis',
        'qd2incons',
        'q',
        'q_no_replacement_baseline',
        'd1consis',
        'd2consis',
        'd3consis',
        'no_qd_baseline',
        'd2incons',
      ].sort(),
    );
    const { iml } = result.effects;
    expect(iml.n).toBe(3);
    expect(iml.mean).toBeCloseTo(
      result.subsets.d1consis.stage2.mean - result.subsets.d2consis.stage2.mean,
      12,
    );
    expect(iml.low).toBeLessThanOrEqual(iml.mean);
    expect(iml.high).toBeGreaterThanOrEqual(iml.mean);
    for (const { stage1 } of Object.values(result.subsets)) expect(stage1).toMatchObject({ n: 3 });
  });

  it('keeps evaluations at the cadence set, with every test and count', () => {
    const [run] = measured(home, 1) as { evaluations: EvaluationRecord[] }[];
    expect(run.evaluations.map(({ stage, epoch }) => `${stage} ${epoch}`)).toEqual([
      'stage0 1',
      'stage0 2',
      'stage1 1',
      'stage1 2',
      'stage1 3',
      'stage2 1',
      'stage2 2',
    ]);
    const tests = new Set(run.evaluations[0].metrics.map(({ test }) => test));
    expect([...tests].sort()).toEqual(['association', 'association-definition', 'letters', 'questions']);
    for (const { count, exact_match, loss } of run.evaluations[0].metrics) {
      expect(count).toBeGreaterThan(0);
      expect(Number.isInteger(Math.round(exact_match! * count! * 1e6) / 1e6)).toBe(true);
      expect(loss).toBeGreaterThan(0);
    }
  });

  it('leaves a figure, a self-contained report, the config and the weights of each stage', () => {
    const [report, figure] = ['report.html', 'learning-curves.svg'].map((name) =>
      readFileSync(
        result.files.find((written) => written.endsWith(name))!,
        'utf8',
      ),
    );
    expect(figure).toMatch(/^<svg|^<\?xml/);
    expect(report).not.toMatch(/(src|href)="https?:/);
    for (const stage of ['stage0', 'stage1', 'stage2'])
      expect(existsSync(path.join(home, 'weights', 'experiment-1', 'seed-7', `${stage}.safetensors`))).toBe(
        true,
      );
    expect(existsSync(path.join(home, 'weights', 'experiment-1', 'seed-7', 'last.safetensors'))).toBe(false);
  });

  it('gives identical corpora and metrics in another process, its seeds added one after the other', async () => {
    const other = temporaryFolder();
    const said = (line: string) => credence(line.split(' '), other);
    const one = await credence(['run', file, '--json', '--seeds', '7..7'], other);
    expect([one.code, one.stderr]).toEqual([0, '']);
    const more = await said('extend 1 --seeds 7..9');
    expect([more.code, more.stderr]).toEqual([0, expect.stringContaining('when 1 seed had finished')]);
    expect(more.stdout).toContain(': 2 seeds more for experiment 1');
    expect(more.stdout).toMatch(
      /Seeds were added after results could be seen: 2 seeds on .* fresh seeds alone\./,
    );
    expect(measured(other, 1)).toEqual(measured(home, 1));
    const shown = parse<RunJson & { added_seeds: object[] }>(await said('show 1 --json'));
    const { mean, p } = result.effects.iml;
    expect(shown.effects.iml).toMatchObject({ mean, p });
    expect(shown.added_seeds).toMatchObject([{ seeds: [8, 9], finished: 1 }]);
    const again = await said('extend 1 --seeds 8..9');
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('has all of 8..9 already')]);
    const files = path.join(other, 'reports', 'experiment-1');
    expect(readFileSync(path.join(files, 'report.html'), 'utf8')).toContain('Seeds were added after');
    expect(readFileSync(path.join(files, 'config.yaml'), 'utf8')).toMatch(
      /seeds:\n {2}- 7\n {2}- 8\n {2}- 9/,
    );
  });

  it('is found again by list, show, compare and export', async () => {
    const list = parse<{ id: number; name: string }[]>(await credence(['list', '--json'], home));
    expect(list).toMatchObject([{ id: 1, name: 'tiny', states: { done: 3 } }]);
    const show = parse<RunJson>(await credence(['show', '1', '--json'], home));
    expect(show.subsets).toEqual(result.subsets);
    expect(show.effects).toEqual(result.effects);
    await credence(['run', file, '--json', '--set', 'training.stage2.epochs=1', '--name', 'shorter'], home);
    const compare = parse<{ config: { field: string }[] }>(
      await credence(['compare', '1', '2', '--json'], home),
    );
    expect(compare.config.map(({ field }) => field).sort()).toEqual([
      'name',
      'seeds',
      'training.stage2.epochs',
    ]);
    const csv = (await credence(['export', '1', '--format', 'csv'], home)).stdout.trimEnd().split('\n');
    expect(csv[0]).toBe(
      'experiment,name,run,seed,state,stage,epoch,step,subset,test,exact_match,f1,loss,count,seed_stage2,stage1_epoch',
    );
    const rows = (measured(home, 1) as { evaluations: EvaluationRecord[] }[]).flatMap(({ evaluations }) =>
      evaluations.flatMap(({ metrics }) => metrics),
    );
    expect(csv).toHaveLength(rows.length + 1);
  });
});

/** Long enough to be interrupted in the middle. */
const LONG = TINY.replace('stage1: { epochs: 3,', 'stage1: { epochs: 4000, evaluate_every: 50,').replace(
  'n_entities: 120',
  'n_entities: 300',
);

describe('a run that is interrupted', { timeout: 300_000 }, () => {
  it('stops cleanly on Ctrl-C, is killed, and resumes to the same numbers and answers', async () => {
    const [home, straight] = [temporaryFolder(), temporaryFolder()];
    const config = LONG.replace('4000', '24')
      .replace('evaluate_every: 50', 'evaluate_every: 8')
      .replace('stage2: { epochs: 2', 'stage2: { epochs: 6')
      .replace('letters] }', 'letters], keep_answers: every }');
    const file = writeIn(home, 'long.yaml', config);
    const running = startCredence(['run', file, '--seeds', '1'], home);
    const reached = () => measuredStages(home).includes('stage1');
    await until(reached, 'an evaluation of stage 1');
    running.child.kill('SIGINT');
    const stopped = await running.finished;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('credence resume 1');
    expect(runsIn(home)).toMatchObject([{ state: 'cancelled' }]);
    expect(existsSync(path.join(home, 'weights', 'experiment-1', 'seed-0', 'last.safetensors'))).toBe(true);
    expect(measuredStages(home)).not.toContain('stage2');
    const again = startCredence(['resume', '1', '--json'], home);
    await until(() => measuredStages(home).includes('stage2'), 'an evaluation of stage 2');
    again.child.kill('SIGKILL');
    await again.finished;
    await until(() => runsIn(home)[0].state !== 'running', 'the lost run to be noticed');
    expect(runsIn(home)).toMatchObject([{ state: 'interrupted' }]);
    expect((await credence(['resume', '1', '--json'], home)).code).toBe(0);
    expect((await credence(['run', file, '--json', '--seeds', '1'], straight)).code).toBe(0);
    expect(measured(home, 1)).toEqual(measured(straight, 1));
  });

  it.each([
    ['kill -9', 'SIGKILL'],
    ['a native crash', 'SIGSEGV'],
  ] as const)(
    'survives %s of a training process: that run fails with the cause, the other is unharmed',
    async (_how, signal) => {
      const home = temporaryFolder();
      const file = writeIn(home, 'long.yaml', LONG.replace('4000', '60'));
      const running = startCredence(['run', file, '--seeds', '2', '--jobs', '2'], home);
      await until(() => runsIn(home).filter(({ engine }) => engine).length === 2, 'both runs to train');
      process.kill(runsIn(home)[0].worker_pid!, signal);
      const finished = await running.finished;
      expect(finished.code).toBe(1);
      expect(finished.stderr).toContain(signal);
      expect(runsIn(home)).toMatchObject([
        { state: 'failed', error: { code: 'trainer.crashed' } },
        { state: 'done' },
      ]);
    },
  );

  it('survives kill -9 of the main process: training stops, the database opens and says what happened', async () => {
    const home = temporaryFolder();
    const file = writeIn(home, 'long.yaml', LONG);
    const running = startCredence(['run', file, '--seeds', '2', '--jobs', '2'], home);
    await until(() => runsIn(home).filter(({ engine }) => engine).length === 2, 'both runs to train');
    const workers = runsIn(home).map(({ worker_pid }) => worker_pid!);
    running.child.kill('SIGKILL');
    await running.finished;
    await until(() => workers.every((pid) => !existsSync(`/proc/${pid}`)), 'the training processes to end');
    const list = await credence(['list'], home);
    expect(list.code).toBe(0);
    expect(list.stderr.match(/note: run \d .*ended without finishing/g)).toHaveLength(2);
    expect(list.stdout).toContain('2 interrupted');
    expect((await credence(['list'], home)).stderr).toBe('');
  });
});

/** Of all runs; answers are left alone, which may be half written while it trains. */
function measuredStages(home: string): string[] {
  if (runsIn(home).length === 0) return [];
  return inHistory(home, (history) =>
    history.evaluationsOf(1).flatMap(({ evaluations }) => evaluations.map(({ stage }) => stage)),
  );
}
