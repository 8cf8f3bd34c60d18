/** A history that cannot be written is listed, shown, compared and exported, and stays as it is. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHistory } from '#main/history/history.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { ENTRY, temporaryFolder } from './credence.ts';
import { evaluationAt } from './history-data.ts';

const folder = path.join(temporaryFolder(), 'archive');
const file = path.join(folder, 'history.sqlite');
/** Permissions do not bind root: then another user looks. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

function credence(...args: string[]) {
  const env = { PATH: process.env['PATH'], CREDENCE_HOME: folder, HOME: '/', NO_COLOR: '1' };
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const { status, stdout, stderr } = spawnSync(process.execPath, [ENTRY, ...args], {
    env,
    ...user,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

const contents = () =>
  readdirSync(folder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex'),
  ]);

/** Whether the other user can run the sources at all. */
const runs = process.platform !== 'win32' && credence('--version').code === 0;

describe.runIf(runs)('a history that cannot be written', () => {
  let open: ReturnType<typeof openHistory>;

  beforeAll(() => {
    mkdirSync(folder);
    open = openHistory(file);
    for (const name of ['one', 'two']) {
      const { runs: all } = open.createExperiment({
        config: resolveConfig({ name, seeds: 2 }),
        version: '0',
      });
      for (const { id } of all) {
        open.markRunning(id);
        for (const epoch of [1, 2]) open.recordEvaluation(evaluationAt(id, epoch));
        open.markDone(id);
      }
    }
    for (const name of readdirSync(folder)) chmodSync(path.join(folder, name), 0o444);
    chmodSync(path.dirname(folder), 0o755);
    chmodSync(folder, 0o555);
  });
  afterAll(() => {
    chmodSync(folder, 0o755);
    open.close();
  });

  it('is listed, shown, compared and exported, what is not in the database file yet included', () => {
    const before = contents();
    // It is open, so that what was saved last is still in the log beside it.
    expect(before.map(([name]) => name)).toContain('history.sqlite-wal');
    const list = credence('list', '--json');
    expect(list.stderr).toBe(
      `note: the history ${file} is read-only: it is shown as it is now, and nothing is changed\n`,
    );
    expect(JSON.parse(list.stdout)).toMatchObject([{ name: 'two', states: { done: 2 } }, { name: 'one' }]);
    expect(credence('show', '1').stdout).toContain('seed 1');
    expect(credence('compare', '1', '2').code).toBe(0);
    expect(credence('export', '1').stdout.split('\n').length).toBeGreaterThan(10);
    const missing = credence('show', '9').stderr;
    expect(missing).toContain(`experiment 9 is not in ${file}`);
    expect(contents()).toEqual(before);
  });

  it('is not trained in, in one line', () => {
    const before = contents();
    const { code, stdout, stderr } = credence('run', 'pocket');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^credence: .*(read-only|check that its folder can be written).*\n$/);
    expect(contents()).toEqual(before);
  });
});
