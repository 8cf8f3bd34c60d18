/** The kind of task whose data are points on functions. */
import type { RegressionConfig } from '#shared/config.ts';
import type { DatasetReport } from '#shared/records.ts';
import type { TaskKind } from '../task.ts';
import { ToyTask } from './task.ts';

/** Everything is made, nothing is read. */
interface Nothing {
  report: DatasetReport;
}

export const regression: TaskKind<RegressionConfig, Nothing> = {
  check: () => {},
  paths: () => [],
  load: () => Promise.resolve({ report: { rowsRead: 0, rowsKept: 0, dropped: [] } }),
  build: (config, _data, seed) => new ToyTask(config, seed),
};
