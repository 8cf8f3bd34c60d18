/** While something trains the machine is kept awake, by a process that ends with the training (Linux). */
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { queueSettings } from '#main/settings.ts';
import { Wakefulness } from '#main/runs/wakefulness.ts';
import { startCredence, temporaryFolder, TINY, until, writeIn } from './credence.ts';

/** Stands where the system's command would be found: says how it was called, and stays until it is ended. */
function inhibitor(): { folder: string; calls: () => string; pid: () => number } {
  const folder = temporaryFolder();
  const said = path.join(folder, 'calls');
  const script = writeIn(folder, 'systemd-inhibit', `#!/bin/sh\necho "$$ $@" >> ${said}\nexec sleep 600\n`);
  chmodSync(script, 0o755);
  const calls = () => (existsSync(said) ? readFileSync(said, 'utf8') : '');
  return { folder, calls, pid: () => Number(calls().split(' ')[0]) };
}

const lives = (pid: number) => existsSync(`/proc/${pid}`);

it.skipIf(process.platform !== 'linux')(
  'a command keeps it awake, once, until its runs are done',
  async () => {
    const { folder, calls, pid } = inhibitor();
    const home = temporaryFolder();
    const file = writeIn(home, 'tiny.yaml', TINY);
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    const running = startCredence(['run', file], home, home, env);
    await until(() => calls() !== '', 'the machine to be kept awake');
    expect(lives(pid())).toBe(true);
    const { code, stderr } = await running.finished;
    expect(code, stderr).toBe(0);
    await until(() => !lives(pid()), 'the end of it');
    expect(calls()).toMatch(
      new RegExp(`^\\d+ --what=sleep:idle --who=Credence .* --pid ${running.child.pid} -f /dev/null\n$`),
    );
  },
);

it('holds only while something trains and while that is wished', () => {
  const held: string[] = [];
  const awake = new Wakefulness(() => {
    held.push('begin');
    return () => held.push('end');
  }, true);
  awake.update(false);
  awake.update(true);
  awake.update(true);
  expect(held).toEqual(['begin']);
  awake.wish(false);
  awake.update(true);
  expect(held).toEqual(['begin', 'end']);
  awake.wish(true);
  awake.update(false);
  expect(held).toEqual(['begin', 'end', 'begin', 'end']);
});

it('is wished where that was never set', () => {
  expect(queueSettings({ theme: 'system', slots: 2, ui: {} }).keepAwake).toBe(true);
  expect(queueSettings({ theme: 'system', slots: 2, ui: {}, keep_awake: false }).keepAwake).toBe(false);
});
