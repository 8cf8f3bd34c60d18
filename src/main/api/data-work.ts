/** Looking at an experiment's data in a worker thread. */
import { datasetCache } from '../experiments/data-files.ts';
import type { DataWork } from '../experiments/same-data.ts';
import type { Context } from './context.ts';

export function dataWorkOf({ workbench, home }: Pick<Context, 'workbench' | 'home'>): DataWork {
  const cache = datasetCache(home);
  return {
    check: (config) => workbench.run('check', { config, cache }),
    corpus: (of) => workbench.run('corpus', { ...of, cache }),
  };
}
