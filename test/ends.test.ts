/**
 * How training ends before its end: signals to the process, its group and its launcher, a closed pipe, a closed
 * terminal. The runs are saved between two steps, what is printed is what happened, and they can be resumed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '#shared/records.ts';
import { credence, ENTRY, temporaryFolder, TINY, until, writeIn, type Finished } from './credence.ts';
import { inHistory } from './in-history.ts';

const LONG = TINY.replace('stage1: { epochs: 3,', 'stage1: { epochs: 4000, evaluate_every: 4000,');
const HAND_OVER = fileURLToPath(new URL('../src/main/cli/hand-over.js', import.meta.url));

/** Starts a command as the leader of a process group of its own. */
function startGroup(home: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, CREDENCE_HOME: home, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const streams = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (streams[name] += text));
  const finished = new Promise<Finished>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, ...streams })),
  );
  return { pid: child.pid!, output: () => streams.stdout + streams.stderr, finished };
}

const runsIn = (home: string): RunRecord[] =>
  existsSync(path.join(home, 'history.sqlite'))
    ? inHistory(home, (history) => history.listExperiments().flatMap(({ id }) => history.runsOf(id)))
    : [];

/** Trains in stage 1 by now. */
const trains = (home: string) => () =>
  runsIn(home).some(
    ({ id, engine }) => engine && inHistory(home, (history) => history.stagesOf(id).length > 1),
  );

const command = (file: string) => [ENTRY, 'run', file, '--seeds', '2', '--jobs', '1'];

/** As `credence.js` under an old Node: another process has the terminal. */
const launched = (args: string[]) => [
  '-e',
  `import(${JSON.stringify(HAND_OVER)}).then(({ handOver }) => handOver(process.execPath, ${JSON.stringify(args)}))`,
];

/** A Node that is too old to run the sources; null where none is installed. */
function oldNode(): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = folders.map((folder) => path.join(folder, 'node')).filter((file) => existsSync(file));
  const major = (file: string) =>
    Number(execFileSync(file, ['-p', 'process.versions.node']).toString().split('.')[0]);
  return found.find((file) => major(file) >= 20 && major(file) < 24) ?? null;
}

const OLD = oldNode();

interface Case {
  how: string;
  signal: NodeJS.Signals;
  code: number;
  group: boolean;
  start: (args: string[]) => [string, string[]];
}

const direct: Case['start'] = (args) => [process.execPath, args];
const CASES: Case[] = [
  { how: 'the process', signal: 'SIGTERM', code: 143, group: false, start: direct },
  { how: 'its group', signal: 'SIGTERM', code: 143, group: true, start: direct },
  { how: 'its group', signal: 'SIGHUP', code: 129, group: true, start: direct },
  {
    how: 'its launcher',
    signal: 'SIGINT',
    code: 130,
    group: false,
    start: (args) => [process.execPath, launched(args)],
  },
  {
    how: 'the group of its launcher',
    signal: 'SIGINT',
    code: 130,
    group: true,
    start: (args) => [process.execPath, launched(args)],
  },
  ...(OLD
    ? [
        {
          how: 'an old Node',
          signal: 'SIGINT',
          code: 130,
          group: false,
          start: (args: string[]) => [OLD, args],
        } as Case,
      ]
    : []),
];

describe.skipIf(process.platform === 'win32')('training that is told to stop', { timeout: 120_000 }, () => {
  it.each(CASES)(
    'by $signal to $how saves, says where, and ends with $code',
    async ({ signal, code, group, start }) => {
      const home = temporaryFolder();
      const file = writeIn(home, 'long.yaml', LONG);
      const running = startGroup(home, ...start(command(file)));
      await until(trains(home), 'training');
      process.kill(group ? -running.pid : running.pid, signal);
      const finished = await running.finished;
      expect([finished.code, finished.signal]).toEqual([code, null]);
      const state = signal === 'SIGINT' ? 'cancelled' : 'interrupted';
      expect(runsIn(home).map((run) => run.state)).toEqual([state, state]);
      expectSaved(home, finished.stderr);
      expect(finished.stderr).toContain('1 run had not begun');
      expect(finished.stderr).toContain(`credence: stopped by ${signal}; go on with: credence resume 1`);
    },
  );

  it('goes on to the numbers of a run that was never stopped', async () => {
    const [home, straight] = [temporaryFolder(), temporaryFolder()];
    const file = writeIn(home, 'short.yaml', LONG.replaceAll('4000', '30'));
    const running = startGroup(home, process.execPath, [ENTRY, 'run', file, '--seeds', '1']);
    await until(trains(home), 'training');
    process.kill(-running.pid, 'SIGTERM');
    expect((await running.finished).code).toBe(143);
    const [resumed, whole] = [
      await credence(['resume', '1', '--json'], home),
      await credence(['run', file, '--seeds', '1', '--json'], straight),
    ];
    expect([resumed.code, whole.code]).toEqual([0, 0]);
    const subsets = ({ stdout }: Finished) => (JSON.parse(stdout) as { subsets: unknown }).subsets;
    expect(subsets(resumed)).toEqual(subsets(whole));
    // The loss on the way as well: no step twice, the last of each stage, the same values.
    const traces = [home, straight].map((folder) =>
      inHistory(folder, (history) => ({ points: history.traceOf(1), stages: history.stagesOf(1) })),
    );
    const [{ points, stages }, unbroken] = traces;
    const steps = points.map(({ step }) => step);
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
    let end = 0;
    for (const stage of stages) expect(steps).toContain((end += stage.steps));
    const losses = new Map(points.map(({ step, loss }) => [step, loss]));
    const same = unbroken.points.filter(({ step, loss }) => losses.get(step) === loss);
    expect(losses.size - unbroken.points.length).toBeLessThanOrEqual(1);
    expect(unbroken.points.length - same.length).toBeLessThanOrEqual(1);
  });

  it('by a closed pipe does so too', async () => {
    const home = temporaryFolder();
    const file = writeIn(home, 'long.yaml', LONG);
    const words = [process.execPath, ...command(file)].map((word) => `'${word}'`).join(' ');
    const script = `(${words} 2>&1; echo $? > '${home}/code') | head -2`;
    const { stdout } = await startGroup(home, 'sh', ['-c', script]).finished;
    expect(stdout.split('\n')[0]).toContain('tiny: experiment 1');
    await until(() => existsSync(`${home}/code`) && readFileSync(`${home}/code`, 'utf8') !== '', 'the end');
    expect(readFileSync(`${home}/code`, 'utf8')).toBe('141\n');
    const runs = runsIn(home);
    expect(runs.map(({ state }) => state)).toEqual(['interrupted', 'interrupted']);
    // Nobody reads what is printed: the history says it.
    expectSaved(home, runs[0].error!.message);
  });

  it('takes copies of a signal for one, and ends at once at another', async () => {
    const home = temporaryFolder();
    const running = startGroup(home, process.execPath, command(writeIn(home, 'long.yaml', LONG)));
    await until(trains(home), 'training');
    const worker = runsIn(home)[0].worker_pid!;
    // It cannot save before the second signal.
    process.kill(worker, 'SIGSTOP');
    process.kill(running.pid, 'SIGINT');
    process.kill(running.pid, 'SIGINT');
    await until(() => running.output().includes('stopping (SIGINT)'), 'the first signal');
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(existsSync(`/proc/${running.pid}`) || process.platform !== 'linux').toBe(true);
    process.kill(running.pid, 'SIGTERM');
    const { code, stderr } = await running.finished;
    process.kill(worker, 'SIGCONT');
    expect(code).toBe(143);
    expect(stderr).not.toContain('saved');
  });

  it('stops when npm, which started it, is told to', async () => {
    const home = temporaryFolder();
    const args = [...command(writeIn(home, 'long.yaml', LONG))].map((word) => `'${word}'`).join(' ');
    // As npm's shell does: it does not hand signals on.
    const script = `'${process.execPath}' ${args} & echo; wait`;
    const running = startGroup(home, 'sh', ['-c', script], {
      npm_lifecycle_script: 'node src/main/cli/credence.js',
    });
    await until(trains(home), 'training');
    process.kill(running.pid, 'SIGTERM');
    const { stderr } = await running.finished;
    expect(runsIn(home).map(({ state }) => state)).toEqual(['interrupted', 'interrupted']);
    expectSaved(home, stderr);
  });
});

/** What was said of the first run is so. */
function expectSaved(home: string, said: string): void {
  const [point] = inHistory(home, (history) => history.checkpointsOf(1));
  const file = path.join(home, point.path);
  const stage = point.stage.replace(/(\d)/, ' $1');
  expect(said).toContain(`saved after ${stage}, epoch ${point.epoch}, step ${point.step}, in ${file}`);
  expect(existsSync(file)).toBe(true);
}

describe('a command that prints', () => {
  it.skipIf(process.platform === 'win32')('ends quietly where nobody reads on', async () => {
    const home = temporaryFolder();
    const words = [process.execPath, ENTRY, 'fields'].map((word) => `'${word}'`).join(' ');
    const finished = await startGroup(home, 'sh', ['-c', `(${words}; echo $? >&2) | head -1`]).finished;
    expect(finished.stderr).toBe('0\n');
  });

  it.skipIf(!existsSync('/dev/full'))('says in one line that the disk is full', async () => {
    const home = temporaryFolder();
    // Opened by the shell for appending, as any program's output.
    const words = [process.execPath, ENTRY, 'presets'].map((word) => `'${word}'`).join(' ');
    const finished = await startGroup(home, 'sh', ['-c', `${words} >> /dev/full`]).finished;
    expect([finished.code, finished.stderr]).toEqual([
      2,
      'credence: an output that cannot be written (ENOSPC); free some space, or send the output elsewhere\n',
    ]);
  });
});
