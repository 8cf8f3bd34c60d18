/** Random draws of small toy data sets, for toy.py to work out what must follow from them. */
import { drawToy, type ToyDraws } from '#lab/tasks/regression/draws.ts';
import { toyDataset, type ToyConfig } from '#shared/config/regression.ts';

export interface ToyCase {
  config: ToyConfig;
  draws: ToyDraws;
}

const SMALL = {
  kind: 'toy',
  max_x: 2000,
  n_anchors: 7,
  n_clusters: 14,
  cluster_spread: 40,
  points_per_cluster: 9,
};
const CONFIGS = [
  { ...SMALL, d_y: 3, p_definition: 0.3, d_pos_enc: 6, featurization: 'two-channels' },
  { ...SMALL, d_y: 1, p_definition: 0.4, d_pos_enc: 5, featurization: 'three-channels', n_clusters: 17 },
  { ...SMALL, d_y: 4, p_definition: 0.2, d_pos_enc: 8, featurization: 'one-channel', n_anchors: 150 },
];

export function toyCases(): ToyCase[] {
  return CONFIGS.map((fields, seed) => {
    const config = toyDataset.parse(fields);
    return { config, draws: drawToy(config, seed) };
  });
}

if (import.meta.main) process.stdout.write(JSON.stringify(toyCases()));
