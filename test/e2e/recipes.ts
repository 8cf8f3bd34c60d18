/** Experiments small enough to train within a test, as plain configs: JSON is YAML too. */
import { trainInto } from '../service.ts';
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
      stage0: { epochs: 2, batch_size: 32, lr: 1e-3 },
      stage1: { epochs: 3, batch_size: 32, lr: 1e-3, fact_share: 1 },
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

/** Trains experiments into the app's history, in this process. @returns their ids */
export function trained(app: App, ...configs: ReturnType<typeof recipe>[]): Promise<number[]> {
  return trainInto(app.home, ...configs);
}
