/** A GPU that is lost, or whose memory runs out, in the middle of a run: on the software device, by its driver. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCredence, temporaryFolder, until, writeIn } from './credence.ts';
import { inHistory } from './in-history.ts';
import { CAN_FAIL, failingGpu } from './lost-gpu/driver.ts';

const SMALL = `
engine: onnx-webgpu
dataset: { kind: world, n_entities: 24, n_attributes: 2, n_values: 4 }
model: { architecture: gpt2, d_model: 8, n_layers: 1, n_heads: 2 }
training:
  pipeline: single-stage
  stage1: { epochs: 4, batch_size: 64, lr: 1.0e-3 }
evaluation: { tests: [questions] }
seeds: 2
`;

const runs = (home: string) =>
  inHistory(home, (history) => history.runsOf(1).map(({ state, error }) => ({ state, error })));

/** Whether a seed has saved what it can go on from. */
const begun = (home: string, seed: number) => {
  const folder = path.join(home, 'weights', 'experiment-1', `seed-${seed}`);
  return existsSync(folder) && readdirSync(folder).includes('last.safetensors');
};

/** The losses of every evaluation, which show weights that are not what they were. */
const losses = (home: string) =>
  inHistory(home, (history) =>
    history
      .evaluationsOf(1)
      .map(({ evaluations }) => evaluations.flatMap(({ metrics }) => metrics.map(({ loss }) => loss))),
  );

describe.skipIf(!CAN_FAIL)('a GPU', { timeout: 180_000 }, () => {
  it('that is lost, or refuses memory, ends a run with the cause; the queue goes on, and resuming ends as if nothing had been', async () => {
    const [home, straight] = [temporaryFolder(), temporaryFolder()];
    const gpu = failingGpu(home);
    const file = writeIn(home, 'small.yaml', SMALL);
    const env = { ...gpu.env, CREDENCE_CHECKPOINT_EVERY: '0' };
    const running = startCredence(['run', file, '--jobs', '1'], home, home, env);
    await until(() => begun(home, 0), 'a checkpoint of seed 0');
    gpu.fail('lost');
    await until(() => begun(home, 1), 'a checkpoint of seed 1');
    gpu.fail('memory');
    expect((await running.finished).code).toBe(1);
    const [lost, full] = runs(home);
    const goesOn = '; the other runs are unharmed; saved after .*; "credence resume 1" goes on$';
    const ended = (code: string, what: string) => ({
      state: 'failed',
      error: { code, message: expect.stringMatching(new RegExp(`^${what}.*${goesOn}`)) as string },
    });
    expect(lost).toEqual(ended('trainer.gpu-lost', String.raw`the GPU was lost \(\[Device\] is lost`));
    expect(full).toEqual(
      ended('trainer.gpu-memory', 'the memory of the GPU ran out .*_OUT_OF_DEVICE_MEMORY'),
    );

    const [resumed, whole] = await Promise.all([
      startCredence(['resume', '1'], home, home, env).finished,
      startCredence(['run', file], straight, straight, gpu.env).finished,
    ]);
    expect([resumed.code, whole.code]).toEqual([0, 0]);
    const [there, expected] = [home, straight].map((one) => losses(one).flat());
    expect(there).toHaveLength(expected.length);
    // The software device does not repeat the last bit (docs/same-numbers.md), and steps carry that on.
    there.forEach((loss, i) => expect(Math.abs(loss! / expected[i]! - 1)).toBeLessThan(5e-5));
  });
});
