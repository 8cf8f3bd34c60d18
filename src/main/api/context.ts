/** What every part of the API works with. */
import type { Events, EventName } from '#shared/contract.ts';
import type { SystemInfo } from '#shared/api/system.ts';
import type { History } from '../history/history.ts';
import type { Workbench } from '../work/workbench.ts';
import type { RunQueue } from '../runs/queue.ts';
import type { AnalysisQueue } from '../analysis/queue.ts';
import type { WorkerLink } from '../runs/worker-link.ts';
import type { HistoryTable } from '../table/table.ts';
import type { Analysis } from './analysis.ts';
import type { Headlines } from './headlines.ts';

export type Emit = <E extends EventName>(event: E, payload: Events[E]) => void;

export interface Context {
  history: History;
  queue: RunQueue;
  /** Analyses of models, beside the runs that train. */
  analyses: AnalysisQueue;
  /** Makes one training process. */
  launch: () => WorkerLink;
  analysis: Analysis;
  headlines: Headlines;
  /** Every experiment and run with any of its values. */
  table: HistoryTable;
  /** Where whole tables are read and corpora built. */
  workbench: Workbench;
  emit: Emit;
  /** Said by {@link Context.warn} so far. */
  warnings: readonly string[];
  /** Tells every window, also those that open later, what went wrong behind the scenes; once each. */
  warn: (message: string) => void;
  /** Asks for the newest release, where that is turned on and was not done today. */
  lookForRelease: () => void;
  /** The data folder. */
  home: string;
  host: SystemInfo['host'];
}
