/** Whatever trains more of an experiment that is there is refused where the disk is too small, and nothing is changed. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkExperiment } from '#main/experiments/experiment.ts';
import { confirmReady, goingOn } from '#main/experiments/ready.ts';
import { dataWorkHere } from '#main/experiments/same-data.ts';
import { openHistory } from '#main/history/history.ts';
import { sizeText } from '#shared/counting.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { credence, temporaryFolder } from './credence.ts';
import { inHistory } from './in-history.ts';
import { failure, openService, tiny, type Opened } from './service.ts';

/** Weights after each of a hundred thousand epochs: more than any disk here holds, and nothing of it is ever trained. */
const { training } = tiny() as Record<string, object>;
const HUGE = resolveConfig(
  tiny({
    model: { architecture: 'gpt2', d_model: 512, n_layers: 4, n_heads: 2 },
    training: { ...training!, stage2: { epochs: 99_999, batch_size: 8, lr: 1e-3, save_every: 1 } },
    seeds: 8,
  }),
);

const REFUSED = /^training takes about [\d.]+ TB on the disk \([\d.]+ TB of weights, .* are free in /;

/** An experiment whose runs were stopped, another one that was only saved, and a sweep of the first kind. */
function fill(home: string): void {
  const history = openHistory(path.join(home, 'history.sqlite'));
  const about = { version: '0', dataset_report: null };
  history.createExperiment({ config: HUGE, ...about });
  history.createExperiment({ config: HUGE, ...about, start: false });
  const cells = [{ cell: { 'tags.correlation': 1 }, config: HUGE, dataset_report: null }];
  const spec = { mode: 'grid' as const, over: { 'tags.correlation': [1] } };
  history.createSweep({ name: 'all', spec, version: '0', cells });
  for (const { id } of [1, 3].flatMap((experiment) => history.runsOf(experiment))) history.markCancelled(id);
  history.close();
}

const picture = (home: string) =>
  inHistory(home, (history) =>
    history.listExperiments({ archived: true }).map(({ id }) => ({
      ...{ id, seeds: history.getExperiment(id).config.seeds },
      states: history.runsOf(id).map(({ state }) => state),
    })),
  );

let opened: Opened;
beforeAll(() => {
  const home = temporaryFolder();
  fill(home);
  opened = openService(home);
});
afterAll(() => opened.api.close());

describe('a disk that is too small', () => {
  it('is told in numbers before anything goes on, is added or is trained longer: in the app', async () => {
    const { api, home } = opened;
    const before = picture(home);
    const [run] = (await api.call('experiments.get', { id: 1 })).runs;
    for (const asked of [
      () => api.call('runs.resume', { ids: [run.id] }),
      () => api.call('experiments.start', { id: 2 }),
      () => api.call('experiments.addSeeds', { id: 1, seeds: '8..12' }),
      () => api.call('experiments.longer', { id: 1, epochs: '100000' }),
      () => api.call('sweeps.resume', { id: 1 }),
    ]) {
      const { code, message } = await failure(asked());
      expect([code, message]).toEqual(['disk.space', expect.stringMatching(REFUSED)]);
    }
    expect(picture(home)).toEqual(before);
  });

  it.each([
    ['resume', '1'],
    ['resume', 's1'],
    ['extend', '1', '--seeds', '8..12'],
    ['extend', '1', '--epochs', '100000'],
  ])('and by credence %s %s', async (...args) => {
    const { home } = opened;
    const before = picture(home);
    const { code, stderr } = await credence(args.map(String), home);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/training takes about [\d.]+ TB on the disk/)]);
    expect(picture(home)).toEqual(before);
  });
});

it('asks for what is left alone: of the seeds that go on, without what lies there', async () => {
  const home = temporaryFolder();
  const history = openHistory(path.join(home, 'history.sqlite'));
  const config = resolveConfig(tiny({ seeds: 2 }));
  const { runs } = history.createExperiment({ config, version: '0', dataset_report: null });
  const [first, second] = runs;
  history.markCancelled(first.id);
  const { disk } = await checkExperiment({ ...config, seeds: [first.seed] });
  const needed = async () => {
    const all = [goingOn(history, 1, [first])];
    const said = await failure(confirmReady(history, all, dataWorkHere({}), 0));
    return said.message;
  };
  const text = (bytes: number) => `${sizeText(bytes)} of weights`;
  expect(await needed()).toContain(text(disk.weights));
  const half = Math.round(disk.weights / 2);
  const file = {
    stage: 'stage0' as const,
    epoch: 2,
    step: 9,
    path: 'weights/x/stage0.safetensors',
    bytes: half,
  };
  history.recordCheckpoint({ run: first.id, ...file });
  history.recordCheckpoint({ run: second.id, ...file });
  expect(await needed()).toContain(text(disk.weights - half));
  history.close();
});
