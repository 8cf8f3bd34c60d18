/** Proves that two runs of the toy regression train and test on the same. */
import { createHash } from 'node:crypto';
import type { Point, ToyData } from './data.ts';

/** SHA-256 (hex) over features, both functions, and every point of training and test, in order. */
export function toyHash({ config, y1, y2, stages, tests, sizes }: ToyData): string {
  const hash = createHash('sha256');
  const add = (record: unknown[]) => hash.update(`${JSON.stringify(record)}\n`);
  add([config.featurization, config.d_pos_enc, config.max_x, sizes]);
  for (const steps of [...y1.steps, ...y2.steps]) hash.update(steps);
  for (const { id, examples } of stages) for (const point of examples) add([id, ...record(point)]);
  for (const point of tests) add(['test', ...record(point)]);
  return hash.digest('hex');
}

const record = ({ subset, shape, x, dim, from }: Point): unknown[] => [subset, shape, x, dim, from];
