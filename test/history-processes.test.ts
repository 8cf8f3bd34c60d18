/** Several processes and one history: kill -9 in the middle of writing, orphans, two writers at once. */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHistory, type HistoryNotice } from '#main/history/history.ts';
import { currentOwner, isAlive } from '#main/history/owner.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import { credence } from '#test/credence.ts';
import { evaluationAt } from '#test/history-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'credence-processes-'));
afterAll(() => rmSync(folder, { recursive: true }));
let path = '';
let count = 0;
const children: ChildProcess[] = [];
beforeEach(() => {
  path = join(folder, `${count++}.sqlite`);
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
});

interface Message {
  experiment?: number;
  run?: number;
  epoch?: number;
}

function startWriter(amount: 'forever' | number): ChildProcess {
  const child = fork(new URL('./history-writer.ts', import.meta.url), [path, String(amount)]);
  children.push(child);
  return child;
}

/** Resolves with the first message that `accept` takes. */
function message(child: ChildProcess, accept: (message: Message) => boolean): Promise<Message> {
  return new Promise((resolve, reject) => {
    child.on('message', (value: Message) => accept(value) && resolve(value));
    child.once('exit', (code) => reject(new Error(`the writer ended with ${code}`)));
  });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function integrity(): unknown {
  const db = new Database(path);
  const result = db.pragma('integrity_check', { simple: true });
  const orphans = db.pragma('foreign_key_check') as unknown[];
  db.close();
  return [result, orphans.length];
}

describe('a process killed while it writes', () => {
  it.each([3, 20, 61])('after %d evaluations loses nothing that was saved', async (epochs) => {
    const child = startWriter('forever');
    const [start] = await Promise.all([
      message(child, ({ run }) => run !== undefined),
      message(child, ({ epoch }) => epoch === epochs),
    ]);
    await kill(child);

    const seen: HistoryNotice[] = [];
    const history = openHistory(path, { onNotice: (notice) => seen.push(notice) });
    expect(integrity()).toEqual(['ok', 0]);
    const [{ run, evaluations }, paused, queued] = history.evaluationsOf(start.experiment!);
    expect(evaluations.length).toBeGreaterThanOrEqual(epochs);
    for (const [i, { epoch, metrics }] of evaluations.entries()) {
      expect(epoch).toBe(i + 1);
      expect(metrics).toHaveLength(TEST_SUBSETS.length);
    }
    expect([run, paused.run, queued.run].map(({ state }) => state)).toEqual(Array(3).fill('interrupted'));
    expect(run.error).toMatchObject({ code: 'run.interrupted' });
    expect(run.error!.message).toContain(`pid ${child.pid}`);
    expect(run.error!.message).toContain('it has no checkpoint, so resuming starts it anew');
    expect(seen.map(({ kind, run: id }) => [kind, id])).toEqual(
      [run, paused.run, queued.run].map(({ id }) => ['interrupted', id]),
    );
    expect(history.notices).toEqual(seen);

    // It can go on here.
    history.requeueRun(run.id);
    history.markRunning(run.id);
    history.recordEvaluation(evaluationAt(run.id, 1));
    expect(history.markDone(run.id).state).toBe('done');
    expect(history.evaluationsOf(start.experiment!)[0].evaluations).toHaveLength(evaluations.length);
    history.close();
  });

  it('is told where it can be resumed from', async () => {
    const child = startWriter('forever');
    const { run } = await message(child, (value) => value.run !== undefined);
    const other = openHistory(path);
    other.recordCheckpoint({ run: run!, stage: 'stage1', epoch: 4, step: 40, path: 'last', bytes: 1 });
    other.close();
    await kill(child);
    const history = openHistory(path);
    expect(history.getRun(run!).error!.message).toContain('resume it to go on after stage1, epoch 4');
    history.close();
  });
});

describe('a process that lives', () => {
  it('keeps its runs, and nobody else may change them', async () => {
    const child = startWriter('forever');
    const { run } = await message(child, (value) => value.run !== undefined);
    const history = openHistory(path);
    expect(history.notices).toEqual([]);
    expect(history.getRun(run!).state).toBe('running');
    expect(() => history.markCancelled(run!)).toThrow(
      `run ${run} belongs to another Credence process (pid ${child.pid})`,
    );
    history.close();
  });

  it('is not taken for an earlier one with the same pid', () => {
    const first = openHistory(path);
    const { runs } = first.createExperiment({ config: resolveConfig({ seeds: 2 }), version: '0' });
    first.close();
    openHistory(path).close();
    const db = new Database(path);
    // The pid is alive (it is ours), but started at another time.
    db.prepare("UPDATE runs SET owner_start = owner_start || '1' WHERE id = ?").run(runs[0].id);
    db.close();
    const history = openHistory(path);
    expect(runs.map(({ id }) => history.getRun(id).state)).toEqual(
      process.platform === 'linux' ? ['interrupted', 'queued'] : ['queued', 'queued'],
    );
    history.close();
  });

  it('is recognised by start time where that can be seen, by its heartbeat where not', async () => {
    const now = new Date().toISOString();
    const old = new Date(Date.now() - 600_000).toISOString();
    const own = currentOwner();
    expect(isAlive(own, null)).toBe(process.platform === 'linux');
    expect(isAlive({ pid: own.pid, start: null }, now)).toBe(true);
    expect(isAlive({ pid: own.pid, start: null }, old)).toBe(false);
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(isAlive({ pid: child.pid!, start: null }, now)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('in another container is judged by its heartbeat', () => {
    const [boot, , ticks] = currentOwner().start!.split(' ');
    const elsewhere = { pid: process.pid, start: `${boot} pid:[1] ${ticks}` };
    expect(isAlive(elsewhere, new Date().toISOString())).toBe(true);
    expect(isAlive(elsewhere, new Date(Date.now() - 600_000).toISOString())).toBe(false);
    // Another machine: its clock may be ahead.
    const abroad = { pid: process.pid, start: `another-boot pid:[1] elsewhere ${ticks}` };
    for (const age of [0, 60_000, -60_000])
      expect(isAlive(abroad, new Date(Date.now() - age).toISOString())).toBe(true);
    expect(isAlive(abroad, new Date(Date.now() - 600_000).toISOString())).toBe(false);
    expect(isAlive(abroad, null)).toBe(false);
  });
});

describe.runIf(process.platform === 'linux')('a process on another machine', () => {
  /** Makes all runs those of a process elsewhere. */
  const moveAway = (heartbeat: string) => {
    const db = new Database(path);
    db.prepare("UPDATE runs SET owner_start = 'another-boot pid:[7] lab-two 12345', heartbeat_at = ?").run(
      heartbeat,
    );
    db.close();
  };

  it('is not declared dead while it gives signs of life, and its run cannot be resumed here', async () => {
    const first = openHistory(path);
    const { runs } = first.createExperiment({ config: resolveConfig({ seeds: 2 }), version: '0' });
    first.markRunning(runs[0].id);
    first.close();
    moveAway(new Date(Date.now() - 20_000).toISOString());
    const home = mkdtempSync(join(folder, 'home-'));
    const list = await credence(['list', '--json', '--db', path], home);
    expect(JSON.parse(list.stdout)).toMatchObject([{ states: { running: 1, queued: 1, interrupted: 0 } }]);
    expect(list.stderr).toBe('');
    const resume = await credence(['resume', '1', '--db', path], home);
    expect(resume.code).toBe(2);
    expect(resume.stderr).toMatch(
      /^credence: resume: run 1 and 1 more of experiment 1 is under way in process \d+ on another machine or container \(lab-two; last sign of life \d+ s ago\); wait for it, or stop it there first\n$/,
    );
    moveAway(new Date(Date.now() - 600_000).toISOString());
    expect((await credence(['list', '--db', path], home)).stdout).toContain('2 interrupted');
  });

  it('takes its run back where its clock made it look dead', () => {
    const alive = openHistory(path);
    const { runs } = alive.createExperiment({ config: resolveConfig({ seeds: 3 }), version: '0' });
    alive.markRunning(runs[0].id);
    alive.markRunning(runs[1].id);
    const db = new Database(path);
    const declareDead = () =>
      db
        .prepare(
          "UPDATE runs SET state = 'interrupted', error_code = 'run.interrupted', error_message = 'lost'",
        )
        .run();
    declareDead();
    alive.heartbeat(
      new Map([[runs[0].id, 5]]),
      new Map([
        [runs[0].id, 'running'],
        [runs[2].id, 'queued'],
      ]),
    );
    expect(alive.runsOf(1).map(({ state }) => state)).toEqual(['running', 'interrupted', 'queued']);
    expect(alive.getRun(runs[0].id).error).toBe(null);
    declareDead();
    expect(alive.markDone(runs[1].id)).toMatchObject({ state: 'done', error: null });
    expect(alive.markRunning(runs[2].id).state).toBe('running');
    // What somebody resumed elsewhere is theirs.
    declareDead();
    db.prepare("UPDATE runs SET state = 'queued', owner_pid = 1 WHERE id = ?").run(runs[0].id);
    expect(() => alive.markDone(runs[0].id)).toThrow();
    db.close();
    alive.close();
  });
});

describe('two processes', () => {
  it('may create and fill the same new file at once', async () => {
    const writers = [startWriter(60), startWriter(60), startWriter(60)];
    const exits = Promise.all(writers.map((child) => once(child, 'exit')));
    const starts = await Promise.all(writers.map((child) => message(child, ({ run }) => run !== undefined)));
    await exits;
    expect(writers.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const history = openHistory(path);
    for (const { experiment, run } of starts) {
      const [first] = history.evaluationsOf(experiment!);
      expect(first.run).toMatchObject({ id: run, state: 'done', seconds: 60 });
      expect(first.evaluations.map(({ epoch }) => epoch)).toEqual(
        Array.from({ length: 60 }, (_, i) => i + 1),
      );
    }
    expect(history.listExperiments()).toHaveLength(3);
    expect(integrity()).toEqual(['ok', 0]);
    history.close();
  });
});
