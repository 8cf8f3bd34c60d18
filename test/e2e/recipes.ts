/** Experiments small enough to train within a test, as plain configs: JSON is YAML too. */
import type { App } from './browser.ts';

interface Size {
  seeds?: number | number[];
  width?: number;
  /** Epochs of stage 2: the lever for how long it trains. */
  epochs?: number;
  entities?: number;
  /** Epochs between two evaluations of stage 2. */
  every?: number;
}

/** Trains about a second a seed on an idle machine; with ENDLESS it only ends when it is stopped. */
export function recipe(name: string, size: Size = {}) {
  const { seeds = 2, width = 32, epochs = 4, entities = 120, every = 1 } = size;
  return {
    name,
    dataset: { kind: 'world', n_entities: entities, n_attributes: 4, n_values: 4 },
    model: { architecture: 'gpt2', d_model: width, n_layers: 1, n_heads: 2 },
    training: {
      loss: 'targets',
      optimizer: { name: 'adamw', beta2: 0.99 },
      stage0: { epochs: 4, batch_size: 32, lr: 1e-3 },
      stage1: { epochs: 6, batch_size: 32, lr: 1e-3, fact_share: 1 },
      stage2: { epochs, batch_size: 8, lr: 5e-4, evaluate_every: every },
    },
    evaluation: { tests: ['questions'] },
    seeds,
  };
}

/** Epochs that no test waits for; evaluated now and then, so that it is training that goes on. */
export const ENDLESS = { epochs: 100_000, every: 100 };

interface Created {
  experiment: { id: number; name: string };
  runs: { id: number; seed: number }[];
}

/** Queues an experiment as the window does. */
export function start(app: App, config: ReturnType<typeof recipe>): Promise<Created> {
  return app.post<Created>('experiments.create', { config });
}

/** Queues experiments and waits until all their runs are done. */
export async function trained(app: App, ...configs: ReturnType<typeof recipe>[]): Promise<number[]> {
  const ids: number[] = [];
  for (const config of configs) ids.push((await start(app, config)).experiment.id);
  for (const id of ids) await allDone(app, id);
  return ids;
}

interface Detail {
  runs: { id: number; state: string; error: { message: string } | null }[];
}

/** Waits for the runs of an experiment; fails at once where one cannot be done any more. */
async function allDone({ post }: App, id: number): Promise<void> {
  for (;;) {
    const { runs } = await post<Detail>('experiments.get', { id });
    const lost = runs.find(({ state }) => !['queued', 'running', 'paused', 'done'].includes(state));
    if (lost) throw new Error(`run ${lost.id} is ${lost.state}: ${lost.error?.message}`);
    if (runs.every(({ state }) => state === 'done')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
