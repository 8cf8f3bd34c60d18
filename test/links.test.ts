/** The link to a training process: messages, and its ends told apart, with real forked processes. */
import { describe, expect, it } from 'vitest';
import { forkTrainer } from '#main/runs/fork-link.ts';
import type { WorkerEnd, WorkerLink } from '#main/runs/worker-link.ts';
import type { FromTrainer, TrainingJob } from '#main/trainer/protocol.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { temporaryFolder, until } from './credence.ts';
import { long, tiny } from './service.ts';

interface Followed {
  link: WorkerLink;
  messages: FromTrainer[];
  ends: WorkerEnd[];
  /** Waits for a message. */
  heard(type: FromTrainer['type']): Promise<void>;
  end(): Promise<WorkerEnd>;
}

function follow(raw: unknown): Followed {
  const link = forkTrainer();
  const messages: FromTrainer[] = [];
  const ends: WorkerEnd[] = [];
  link.onMessage((message) => messages.push(message));
  link.onEnd((end) => ends.push(end));
  const job: TrainingJob = {
    config: resolveConfig(raw),
    experiment: 1,
    data: null,
    seed: 0,
    threads: 1,
    folder: temporaryFolder(),
    resume_from: [],
    seed_stage2: null,
    stage1_epoch: null,
    stage2_from: null,
    dataset_cache: temporaryFolder(),
  };
  link.send({ type: 'start', job });
  return {
    link,
    messages,
    ends,
    heard: (type) => until(() => messages.some((message) => message.type === type), type),
    async end() {
      await until(() => ends.length > 0, 'the end');
      return ends[0];
    },
  };
}

describe('a training process', () => {
  it('that has done its job ends cleanly, after its last word, once', async () => {
    const { messages, ends, end, link } = follow(tiny({ seeds: 1 }));
    expect(await end()).toEqual({ clean: true, cause: 'ended' });
    expect(messages.at(-1)?.type).toBe('done');
    link.send({ type: 'cancel' });
    link.shutdown(0);
    expect(ends).toHaveLength(1);
  });

  it('that finds something wrong says so and still ends cleanly: that is no crash', async () => {
    const { messages, end } = follow(tiny({ dataset: { kind: 'csv', path: '/nowhere/people.csv' } }));
    expect(await end()).toMatchObject({ clean: true });
    expect(messages.at(-1)).toMatchObject({ type: 'failed', error: { code: 'dataset.missing' } });
  });

  it('that is killed has crashed, and the link says by what', async () => {
    const { link, messages, heard, end } = follow(long({ seeds: 1 }));
    await heard('progress');
    process.kill(link.pid!, 'SIGKILL');
    expect(await end()).toEqual({
      clean: false,
      cause: 'was killed by SIGKILL (by hand, or by the system for want of memory)',
    });
    expect(messages.map(({ type }) => type)).not.toContain('done');
  });

  it('that does not end by itself in time is killed', async () => {
    const { link, heard, end } = follow(long({ seeds: 1 }));
    await heard('progress');
    link.send({ type: 'pause' });
    await heard('paused');
    link.shutdown(100);
    expect(await end()).toMatchObject({ clean: false, cause: expect.stringMatching(/SIGKILL/) as string });
  });

  it('that ends in time is not killed', async () => {
    const { link, heard, end, messages } = follow(long({ seeds: 1 }));
    await heard('progress');
    link.send({ type: 'cancel' });
    link.shutdown(30_000);
    expect(await end()).toEqual({ clean: true, cause: 'ended' });
    expect(messages.at(-1)?.type).toBe('cancelled');
  });
});
