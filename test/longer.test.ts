/** More epochs for an experiment that is done: as one of so many epochs from the start, and nothing is lost. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { credence, temporaryFolder, TINY, writeIn } from './credence.ts';
import { inHistory, measured } from './in-history.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const home = temporaryFolder();
const config = writeIn(home, 'tiny.yaml', TINY);
const longer = ['--set', 'training.stage2.epochs=4'];

async function said(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await credence(args, home);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** All that was measured, answered and traced, run by run. */
const found = (experiment: number) => [
  measured(home, experiment),
  inHistory(home, (history) =>
    history.runsOf(experiment).map(({ id, seed, state, engine }) => ({
      ...{ seed, state, engine },
      stages: history.stagesOf(id).map((stage) => ({ ...stage, run: 0, seconds: 0 })),
      trace: history.traceOf(id).map(({ step, loss }) => [step, loss]),
    })),
  ),
];

beforeAll(async () => {
  await said(['run', config, '--name', 'short']);
  await said(['run', config, '--name', 'from the start', ...longer]);
});

describe('credence extend --epochs', () => {
  it('ends as a run from the start does, and trains nothing twice', async () => {
    const before = found(1);
    const stdout = await said(['extend', '1', '--epochs', '4']);
    expect(stdout).toMatch(
      /short, 4 epochs: experiment 3, 2 runs\n +2 of them begin with what experiment 1 had/,
    );
    expect(found(3)).toEqual(found(2));
    expect(found(1)).toEqual(before);
    expect(await said(['answers', '3', '--csv'])).toHaveLength(
      (await said(['answers', '2', '--csv'])).length,
    );
    const begun = inHistory(home, (history) =>
      history.logOf(history.runsOf(3)[0].id).map(({ text }) => text),
    );
    expect(begun.join('\n')).toMatch(/stage1\.safetensors/);
    const [note] = inHistory(home, (history) => history.notesOf(3));
    expect(note.text).toBe(
      'Experiment 1 with 4 epochs of stage 2; 2 of its runs begin with the weights after stage 1.',
    );
  });

  it('begins anew where the weights are gone', async () => {
    const gone = path.join(home, 'weights', 'experiment-1', 'seed-0', 'stage1.safetensors');
    expect(existsSync(gone)).toBe(true);
    rmSync(gone);
    expect(await said(['extend', '1', '--epochs', '4'])).toMatch(/1 of them begin with/);
    expect(found(4)).toEqual(found(2));
  });

  it('says what cannot be asked', async () => {
    for (const [args, cause] of [
      [['--epochs', '2'], /epochs: "2" is no whole number above 2, which stage 2 has already/],
      [['--epochs', 'more'], /epochs: "more" is no whole number/],
      [[], /nothing is asked for; give --seeds, such as 10, or --epochs, such as 40/],
      [['--epochs', '9', '--seeds', '3'], /one at a time/],
    ] as const) {
      const { code, stderr } = await credence(['extend', '1', ...args], home);
      expect([code, stderr]).toEqual([2, expect.stringMatching(cause)]);
    }
    expect(inHistory(home, (history) => history.listExperiments())).toHaveLength(4);
  });
});
