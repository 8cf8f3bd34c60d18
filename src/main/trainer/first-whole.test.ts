import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { resolveConfig } from '#shared/resolve-config.ts';
import { loadTask } from '#lab/tasks/index.ts';
import { parameterCount } from '#lab/models/layout.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { TrainingSnapshot } from '#lab/training/listener.ts';
import { createCheckpointWriter, firstWhole } from './checkpoints.ts';
import type { TrainingJob } from './protocol.ts';

const folder = mkdtempSync(join(tmpdir(), 'credence-first-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('passes over what was written after the history had heard its last', async () => {
  const config = resolveConfig({
    ...{ dataset: { kind: 'world', n_entities: 60, n_attributes: 2, n_values: 2 } },
    model: { architecture: 'gpt2', d_model: 4, n_layers: 1, n_heads: 1 },
  });
  const task = await loadTask(config, 0);
  const size = parameterCount(parameterLayout(task.model));
  const job = { config, seed: 0, folder } as TrainingJob;
  const writer = createCheckpointWriter(job, task, () => {});
  const at = (step: number): TrainingSnapshot => ({
    position: { stage: 'stage1', epoch: 0, stage_step: step, step },
    state: {
      parameters: { spec: { shape: [size], dtype: 'float32' }, data: new Float32Array(size).fill(step) },
    },
  });
  for (const step of [7, 9]) await writer.offer('stop', () => Promise.resolve(at(step)));

  const points = (step: number) =>
    ['last', 'previous'].map((name) => ({ path: join(folder, `${name}.safetensors`), step }));
  const reached = (step: number) => firstWhole(points(step), task.hashes.corpus, () => {})?.position.step;
  expect([9, 8, 7, 6].map(reached)).toEqual([9, 7, 7, undefined]);
});
