/** Faults of processes and disks, on the real ones: what is said, what goes on, and that nothing is lost. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '#shared/records.ts';
import { casesNamed } from '../bench/torture/cases.ts';
import { emptyTally, life, undisturbed } from '../bench/torture/life.ts';
import { difference, look } from '../bench/torture/look.ts';
import { credence, startCredence, temporaryFolder, TINY, until, writeIn } from './credence.ts';
import { inHistory } from './in-history.ts';

const ONE = TINY.replace('seeds: 2', 'seeds: 1').replace(
  'stage1: { epochs: 3,',
  'stage1: { epochs: 60, evaluate_every: 10,',
);

const runsIn = (home: string): RunRecord[] =>
  existsSync(path.join(home, 'history.sqlite'))
    ? inHistory(home, (history) => history.listExperiments().flatMap(({ id }) => history.runsOf(id)))
    : [];

const weightsIn = (home: string) => path.join(home, 'weights', 'experiment-1', 'seed-0');

function flipBit(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1000] ^= 4;
  writeFileSync(file, bytes);
}

/** The numbers of a run that nothing disturbed. */
let straight: ReturnType<typeof look>;
beforeAll(async () => {
  const home = temporaryFolder();
  const file = writeIn(home, 'one.yaml', ONE);
  expect((await credence(['run', file, '--json'], home)).code).toBe(0);
  straight = look(home);
});

const lost = (home: string) => difference('evaluations', straight.evaluations, look(home).evaluations);

describe('checkpoints', { timeout: 180_000 }, () => {
  it('are checked when they are read: a damaged one gives way to the one before it, in a folder that moved', async () => {
    const was = temporaryFolder();
    const file = writeIn(was, 'one.yaml', ONE);
    const running = startCredence(['run', file], was, was, { CREDENCE_CHECKPOINT_EVERY: '0' });
    const rolling = ['last', 'previous'].map((name) => `${name}.safetensors`);
    const there = () => rolling.every((name) => existsSync(path.join(weightsIn(was), name)));
    await until(
      () => existsSync(path.join(weightsIn(was), 'stage0.safetensors')) && there(),
      'two checkpoints of stage 1',
    );
    const [{ worker_pid: worker }] = look(was).runs;
    running.child.kill('SIGKILL');
    await running.finished;
    // It may be in the middle of a checkpoint.
    await until(() => !existsSync(`/proc/${worker}`), 'the training process to end');
    const home = path.join(temporaryFolder(), 'moved');
    renameSync(was, home);

    const [last, previous] = rolling.map((name) => path.join(weightsIn(home), name));
    flipBit(last);
    const copy = path.join(temporaryFolder(), 'copy');
    execFileSync('cp', ['-a', home, copy]);
    const resumed = await credence(['resume', '1'], home);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain(`the weights ${last} are damaged`);
    expect(resumed.stderr).toContain(`going on from ${previous}, which is older`);
    expect(lost(home)).toBeNull();

    // Where all of them are damaged it says so, and what to do; then it goes on with the same numbers.
    for (const name of ['previous', 'stage0']) flipBit(path.join(weightsIn(copy), `${name}.safetensors`));
    const refused = await credence(['resume', '1'], copy);
    const stage0 = path.join(weightsIn(copy), 'stage0.safetensors');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining(`remove ${stage0} and resume, and it starts anew with the same numbers`),
    ]);
    for (const name of [...rolling, 'stage0.safetensors']) rmSync(path.join(weightsIn(copy), name));
    expect((await credence(['resume', '1'], copy)).code).toBe(0);
    expect(lost(copy)).toBeNull();
  });
});

describe('a training process', () => {
  const preload = fileURLToPath(new URL('./faults-preload.ts', import.meta.url));
  const TWO = TINY.replace('stage0: { epochs: 2', 'stage0: { epochs: 1').replace('epochs: 3', 'epochs: 1');

  it.each([
    ['that floods its error output and is stopped', 'stop', 'trainer.hung', /used no processor time/],
    [
      'that the system kills',
      'killed',
      'trainer.crashed',
      /exit code 137 .*want of memory.*lower batch_size/,
    ],
    ['that runs out of memory', 'memory', 'trainer.crashed', /ran out of memory .*SIGABRT.*lower batch_size/],
  ])('%s ends with a cause in words; the queue goes on', async (_what, fault, code, message) => {
    const home = temporaryFolder();
    const file = writeIn(home, 'two.yaml', TWO);
    const env = { NODE_OPTIONS: `--import ${preload}`, FAULT: fault, CREDENCE_HANG_AFTER: '5' };
    const { code: exit } = await startCredence(['run', file, '--jobs', '1'], home, home, env).finished;
    expect(exit).toBe(1);
    expect(runsIn(home)).toMatchObject([
      { state: 'failed', error: { code, message: expect.stringMatching(message) as string } },
      { state: 'done' },
    ]);
    const log = inHistory(home, (history) => history.logOf(1));
    expect(log.every(({ text }) => text.length <= 4000)).toBe(true);
  });
});

describe('killed at random moments and resumed', { timeout: 180_000 }, () => {
  it('a run ends with the numbers and weights of the undisturbed one', async () => {
    const [one] = casesNamed(['pocket']);
    const tally = emptyTally();
    // Each kind of kill once.
    const draws = [0.5, 0.1, 0.7, 0.5, 0.4, 0.6, 0.9, 0.3];
    let i = 0;
    const random = () => draws[i++ % draws.length];
    const kinds = ['main', 'trainer', 'both'] as const;
    await life(one, { kills: 3, kinds, random, expected: await undisturbed(one) }, tally);
    expect(tally.faults).toEqual([]);
    expect(tally).toMatchObject({ ends: 1, identical: 1 });
  });
});

/** libfaketime, which gives a process another clock; null where it is not installed. */
const FAKETIME = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((file) => existsSync(file));

describe('a clock that is set, and a laptop that sleeps', { timeout: 180_000 }, () => {
  it.skipIf(FAKETIME === undefined)(
    'change neither numbers nor durations, and nothing counts as lost',
    async () => {
      const home = temporaryFolder();
      const clock = writeIn(home, 'clock', '+0');
      const file = writeIn(home, 'one.yaml', ONE);
      const running = startCredence(['run', file], home, home, {
        ...{ LD_PRELOAD: FAKETIME, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1' },
        ...{ FAKETIME_DONT_FAKE_MONOTONIC: '1', CREDENCE_HANG_AFTER: '2' },
      });
      const began = performance.now();
      await until(() => look(home).evaluations.size > 0, 'training');
      writeFileSync(clock, '+10d');
      const all = [running.child.pid!, look(home).runs[0].worker_pid!];
      for (const pid of all) process.kill(pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 4000));
      writeFileSync(clock, '-20d');
      for (const pid of all.toReversed()) process.kill(pid, 'SIGCONT');
      const { code, stderr } = await running.finished;
      expect([code, stderr]).toEqual([0, expect.not.stringMatching(/hang|lost|no sign of life/)]);
      const [{ state, seconds }] = runsIn(home);
      expect(state).toBe('done');
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan((performance.now() - began) / 1000);
      expect(lost(home)).toBeNull();
    },
  );
});

/** A file system of a few megabytes; null where this process may not make one. */
function smallDisk(): string | null {
  const folder = path.join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'credence-test', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return null;
  }
}

describe('a disk that is full', () => {
  const disk = smallDisk();
  afterAll(() => void (disk && execFileSync('umount', ['-l', disk])));

  it.skipIf(disk === null)(
    'fails the run with the cause, leaves nothing half-written, and it resumes',
    async () => {
      const home = disk!;
      const file = writeIn(temporaryFolder(), 'one.yaml', ONE);
      const env = { CREDENCE_CHECKPOINT_EVERY: '0' };
      const running = startCredence(['run', file, '--out', temporaryFolder()], home, home, env);
      await until(() => existsSync(path.join(weightsIn(home), 'stage0.safetensors')), 'the first weights');
      const ballast = path.join(home, 'ballast');
      try {
        for (let i = 0; i < 8; i++) writeFileSync(ballast, Buffer.alloc(1 << 20), { flag: 'a' });
      } catch {
        // Full.
      }
      const { code, stderr } = await running.finished;
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/disk is full|ENOSPC/);
      expect(stderr).not.toContain('unexpected error');
      expect(look(home, { whole: true }).integrity).toBe('ok');
      rmSync(ballast);
      expect((await credence(['resume', '1', '--json'], home)).code).toBe(0);
      expect(lost(home)).toBeNull();
    },
  );
});
