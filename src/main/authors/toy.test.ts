import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { trainingSchema } from '#shared/config/training.ts';
import { toyDataset } from '#shared/config/regression.ts';
import { parseSeeds } from '#shared/resolve-config.ts';
import { readToy } from './toy.ts';

/** In their form, with values of our own. */
const FILE = `
toy_example_arguments:
  n_seeds: 7
  batch_size: 128
  epochs: 30
  hidden_size: 96
  n_hidden_layers: 3
  learning_rate: 0.0003
  weight_decay: 0.00002
  d_y: 6
  max_x: 50000
  n_anchors: 40
  n_clusters: 30
  cluster_spread: 60
  n_datapoints_per_cluster: 80
  p_definition: .3
  featurization: "3separateChannels"
  d_pos_enc: 24
experiment_arguments:
  slurm: False
  do_sweeps: False
  n_jobs: 4
  n_gpu_hours: 2
  slurm_sl: "SL2"
  sweep_config_path: "somewhere.yaml"
`;

type Parts = Record<string, Record<string, unknown>>;
const read = (changes: Record<string, unknown> = {}, more: object = {}) => {
  const raw = parse(FILE) as Parts;
  return readToy(
    { ...raw, toy_example_arguments: { ...raw['toy_example_arguments'], ...changes }, ...more },
    'toy',
  );
};

describe('a file of the authors’ toy regression', () => {
  it('gives every field of ours that it decides, in values that our schema takes', () => {
    const { config, keys } = read();
    expect(toyDataset.parse(config['dataset'])).toEqual({
      ...{ kind: 'toy', d_y: 6, max_x: 50_000, n_anchors: 40, n_clusters: 30, cluster_spread: 60 },
      ...{
        points_per_cluster: 80,
        p_definition: 0.3,
        d_pos_enc: 24,
        featurization: 'three-channels',
        seed: null,
      },
    });
    expect(config).toMatchObject({
      task: 'regression',
      model: { architecture: 'mlp', hidden_size: 96, n_hidden_layers: 3 },
    });
    const training = trainingSchema.parse(config['training']);
    expect(training.optimizer).toMatchObject({ name: 'adamw', weight_decay: 2e-5, clip_norm: null });
    expect(training.pipeline).toBe('single-stage');
    expect(training.stage1).toMatchObject({ epochs: 30, batch_size: 128, lr: 3e-4, schedule: 'constant' });
    expect(parseSeeds(config['seeds'])).toEqual([400, 401, 402, 403, 404, 405, 406]);
    expect(keys).toHaveLength(22);
    expect(keys.filter(({ fate }) => fate === 'unsupported')).toEqual([]);
    expect(keys.filter(({ fate }) => fate === 'mapped')).toHaveLength(16);
  });

  it('takes what their code takes where a file says nothing, and lists it', () => {
    const { config, defaults } = readToy({ toy_example_arguments: { n_seeds: 1 } }, 'short');
    expect(config).toMatchObject({
      name: 'short',
      dataset: { d_y: 1, max_x: 100, n_clusters: 2, featurization: 'two-channels' },
      model: { hidden_size: 256, n_hidden_layers: 2 },
      training: { stage1: { epochs: 200, batch_size: 256, lr: 1e-4 } },
    });
    expect(defaults).toHaveLength(15);
    expect(defaults.every(({ fate }) => fate === 'mapped')).toBe(true);
  });

  it.each([
    ['singleChannel', 'one-channel'],
    ['separateQaDefChannels', 'two-channels'],
    ['3separateChannels', 'three-channels'],
  ])('%s is %s', (theirs, ours) => {
    expect(read({ featurization: theirs }).config['dataset']).toMatchObject({ featurization: ours });
  });

  it('says what cannot be had, and what is unknown', () => {
    const arguments_ = { do_sweeps: true, slrum: true, name_prefix: 'mine' };
    const { keys, config } = read(
      { d_yy: 3 },
      { experiment_arguments: arguments_, sweep_arguments: { a: 1 }, toy: { a: 1 } },
    );
    const note = (key: string) => keys.find((each) => each.key === key);
    expect(config['name']).toBe('mine_toy');
    expect(note('experiment_arguments.do_sweeps')).toMatchObject({
      fate: 'unsupported',
      note: expect.stringMatching(/wandb/),
    });
    expect(note('toy_example_arguments.d_yy')).toMatchObject({
      fate: 'unsupported',
      note: expect.stringMatching(/mean d_y\?/),
    });
    expect(note('experiment_arguments.slrum')?.note).toMatch(/mean slurm\?/);
    expect(note('sweep_arguments.a')?.fate).toBe('ignored');
    expect(note('toy.a')?.note).toMatch(/part toy is unknown/);
  });

  it.each([
    [{ n_seeds: null }, /n_seeds: is missing/],
    [{ n_seeds: 0 }, /n_seeds: 0 is not allowed/],
    [{ d_y: 'three' }, /toy_example_arguments\.d_y: "three" is not allowed; expected a whole number/],
    [{ learning_rate: '1e-4' }, /takes this for text; write 1\.0e-4/],
    [{ featurization: 'twoChannels' }, /featurization: "twoChannels" is not allowed; write singleChannel/],
    [{ epochs: { a: 1 } }, /epochs: .* is not allowed/],
  ])('%o is refused by name', (changes, says) => {
    expect(() => read(changes)).toThrow(says);
  });

  it('a part that is no mapping is refused', () => {
    expect(() => readToy({ toy_example_arguments: 3 }, 'x')).toThrow(
      /toy_example_arguments: 3 is not a mapping/,
    );
    expect(() => readToy({ toy_example_arguments: null }, 'x')).toThrow(/n_seeds: is missing/);
  });
});
