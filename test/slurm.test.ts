/**
 * A sweep on a real Slurm, with what happens to tasks there: cancelled, near their time limit, pushed out by others.
 * What is collected must be what the same sweep gives here, number for number.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobRecord } from '#shared/slurm.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { loadSweep } from '#main/experiments/config-file.ts';
import { createSweep, interleaved } from '#main/experiments/sweeps.ts';
import { openHistory } from '#main/history/history.ts';
import { forkTrainer } from '#main/runs/fork-link.ts';
import { RunQueue } from '#main/runs/queue.ts';
import { inHistory, measured } from './in-history.ts';
import { ENTRY, startCredence, temporaryFolder, TINY, until, writeIn } from './credence.ts';
import { noSlurm, startSlurm, type Slurm } from './slurm-one-node.ts';
import { hasSshd, startSsh } from './ssh-here.ts';

const TABLE = [
  'person,job,town',
  ...Array.from({ length: 160 }, (_, i) => `person ${i},${'abcd'[i % 4]} job,${'xyz'[i % 3]} town`),
].join('\n');

const OF_TABLE = TINY.replace(/dataset: .*/, 'dataset: { kind: csv, path: facts.csv }').replace(
  / {2}stage0: .*\n/,
  '',
);

/** Long enough that something can happen to it. */
const LONGER = TINY.replace('stage1: { epochs: 3', 'stage1: { epochs: 120');
const OVER = 'tags.correlation=0.5,0.75,1';

const why = noSlurm();

describe.skipIf(why !== null)(`on a real Slurm${why === null ? '' : `: ${why}`}`, () => {
  let slurm: Slurm;
  const folder = temporaryFolder();
  beforeAll(async () => void (slurm = await startSlurm(path.join(folder, 'slurm'))));
  afterAll(() => slurm.stop());

  const start = (home: string, args: string[], more = {}) =>
    startCredence(args, home, home, { ...slurm.env, ...more });

  async function run(home: string, args: string[], more = {}) {
    const finished = await start(home, args, more).finished;
    return { ...finished, json: () => JSON.parse(finished.stdout) as unknown };
  }

  async function status(home: string): Promise<JobRecord> {
    const { json } = await run(home, ['slurm', 'status', '1', '--json']);
    return (json() as JobRecord[])[0];
  }

  /** Waits until the tasks are in the middle of their training. */
  async function trains(home: string, ...tasks: number[]) {
    const job = readdirSync(path.join(home, 'slurm'))[0];
    const log = (task: number) => path.join(home, 'slurm', job, `task-${task}`, 'weights');
    for (const task of tasks) await until(() => existsSync(log(task)), `task ${task} to train`, 120);
    await setTimeout(1500);
  }

  it('gives the numbers of this machine, whatever happens to its tasks', async () => {
    const [home, here] = [path.join(folder, 'away'), path.join(folder, 'here')];
    for (const each of [home, here]) mkdirSync(each);
    const file = writeIn(home, 'sweep.yaml', LONGER);
    const sent = await run(home, [
      'sweep',
      file,
      '--over',
      OVER,
      '--slurm',
      '--seeds-per-task',
      '2',
      '--json',
    ]);
    expect(sent.stderr).toContain('3 tasks, 6 runs');
    expect(sent.json()).toEqual({ sweep: 1, job: 1 });

    // As if the command had ended before it heard of the job: it is found by its name.
    inHistory(home, (history) => {
      const unheard = history.getJob(1).tasks.map((task) => ({ ...task, slurm_id: null }));
      history.updateJob(1, { state: 'sending', tasks: unheard });
    });
    const { tasks, state } = await status(home);
    expect(state).toBe('live');
    const array = tasks[0].slurm_id!.split('_')[0];
    await trains(home, 0, 1);
    slurm.run('scancel', '--batch', '--signal=USR2', `${array}_0`);
    slurm.run('scancel', `${array}_1`);
    await trains(home, 2);
    slurm.run('sbatch', '--partition=urgent', '--output=/dev/null', '--exclusive', '--wrap=sleep 1');
    await until(() => logOf(home, 2).includes('SIGTERM: saving'), 'task 2 to be pushed out', 60);
    await localSweep(here, file);
    await over(home);

    const job = await status(home);
    expect(job.tasks.map(({ state }) => state)).toEqual(['COMPLETED', 'CANCELLED', 'COMPLETED']);
    expect(job.tasks[1].why).toMatch(/^was cancelled/);
    expect(job.tasks[0].attempts).toBeGreaterThan(1);
    expect(job.tasks[2].attempts).toBeGreaterThan(1);
    expect(logOf(home, 0)).toContain('the time limit is near: saving');

    const left = await run(home, ['show', '2', '--json']);
    expect(left.stdout).toContain('credence slurm resume 1');
    const again = await run(home, ['slurm', 'resume', '1', '--wait', '--json']);
    expect(again.code).toBe(0);
    for (const experiment of [1, 2, 3]) {
      expect(measured(home, experiment)).toHaveLength(2);
      expect(measured(home, experiment)).toEqual(measured(here, experiment));
    }
    const nothing = await run(home, ['slurm', 'resume', '1']);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('no task that ended before')]);
  }, 240_000);

  it('leaves runs to be trained here where Slurm refuses the job', async () => {
    const home = path.join(folder, 'refused');
    mkdirSync(home);
    const file = writeIn(home, 'tiny.yaml', TINY);
    const refused = await run(home, ['run', file, '--slurm', '--partition', 'nowhere']);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/sbatch on this machine: .*partition/i),
    ]);
    const job = await status(home);
    expect(job.state).toBe('refused');
    const shown = await run(home, ['show', '1', '--json']);
    expect(shown.json()).toMatchObject({ runs: [{ state: 'interrupted' }, { state: 'interrupted' }] });
    expect((await run(home, ['resume', '1', '--json'])).json()).toMatchObject({
      runs: [{ state: 'done' }, { state: 'done' }],
    });
    // They are this machine's now.
    expect((await run(home, ['slurm', 'resume', '1'])).stderr).toContain('no task that ended before');
  }, 120_000);

  it.skipIf(!hasSshd())(
    'goes by ssh to a cluster that shares no folder, with the data',
    async () => {
      const [home, there] = [path.join(folder, 'mine'), path.join(folder, 'theirs')];
      for (const each of [home, there]) mkdirSync(each);
      const ssh = await startSsh(path.join(folder, 'ssh'), slurm.env);
      try {
        writeIn(home, 'facts.csv', TABLE);
        const file = writeIn(home, 'table.yaml', OF_TABLE);
        const place = [
          '--ssh',
          ssh.host,
          '--slurm-folder',
          there,
          '--slurm-command',
          `${process.execPath} ${ENTRY}`,
        ];
        const trained = await run(home, ['run', file, '--slurm', '--wait', '--json', ...place], ssh.env);
        expect(trained.json()).toMatchObject({ experiment: 1, runs: [{ state: 'done' }, { state: 'done' }] });
        const config = inHistory(home, (history) => ourConfig(history.getExperiment(1), 'be read'));
        expect(config.dataset).toMatchObject({ path: path.join(home, 'facts.csv') });
        const here = await run(home, ['run', file, '--json', '--jobs', '1']);
        expect(here.code).toBe(0);
        expect(measured(home, 1)).toEqual(measured(home, 2));

        const lost = await run(home, ['run', file, '--slurm', '--ssh', 'nowhere'], ssh.env);
        expect([lost.code, lost.stderr]).toEqual([
          2,
          expect.stringMatching(/ssh "nowhere": .*; "ssh nowhere true" must work/),
        ]);
        expect(inHistory(home, (history) => history.listExperiments())).toHaveLength(2);
      } finally {
        await ssh.stop();
      }
    },
    120_000,
  );

  /** Trains the sweep on this machine, each run on one thread, as tasks do. */
  async function localSweep(home: string, file: string): Promise<void> {
    const history = openHistory(path.join(home, 'history.sqlite'));
    const { experiments } = await createSweep(history, loadSweep(file, {}, { over: [OVER] }));
    const queue = new RunQueue({ history, slots: 1, threads: 1, launch: forkTrainer });
    for (const { run: one, config } of interleaved(experiments)) queue.add([one], config);
    await queue.drain();
    history.close();
  }

  async function over(home: string): Promise<void> {
    const end = Date.now() + 120_000;
    while ((await status(home)).state === 'live')
      if (Date.now() > end) throw new Error(`still live: ${JSON.stringify(await status(home))}`);
  }
});

function logOf(home: string, task: number): string {
  const slurm = path.join(home, 'slurm');
  return readFileSync(path.join(slurm, readdirSync(slurm)[0], 'log', `task-${task}.txt`), 'utf8');
}
