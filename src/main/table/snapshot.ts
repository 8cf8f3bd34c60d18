/** What the rows of the table are made of: experiments and runs, read once as long as nothing was changed. */
import type { ExperimentSummary } from '#shared/records.ts';
import { fromTheEnd } from '#shared/stats/nested.ts';
import type { History } from '../history/history.ts';
import type { TableRun } from '../history/table.ts';
import { once } from './once.ts';

/** A row: an experiment, or one run of it. */
export interface TableRow {
  experiment: ExperimentSummary;
  run: TableRun | null;
}

/** What the history holds, read once as long as nothing was changed. */
export interface Snapshot {
  /** Archived ones too, newest first. */
  experiments: readonly ExperimentSummary[];
  runs(): readonly TableRun[];
  /** Runs that enter the result of their experiment. */
  counted(): readonly TableRun[];
}

/** @returns what tells what there is, as it is now */
export function createSnapshot(history: History): () => Snapshot {
  let last: { stamp: string; snapshot: Snapshot } | null = null;
  return () => {
    const stamp = history.changeStamp();
    if (last?.stamp === stamp) return last.snapshot;
    const runs = once(() => history.tableRuns());
    const counted = once(() => countedRuns(history, runs()));
    last = { stamp, snapshot: { experiments: history.listExperiments({ archived: true }), runs, counted } };
    return last.snapshot;
  };
}

/** The runs of some experiments as rows. */
export function runRows(runs: readonly TableRun[], experiments: readonly ExperimentSummary[]): TableRow[] {
  const byId = new Map(experiments.map((each) => [each.id, each]));
  return runs.flatMap((run) => {
    const experiment = byId.get(run.experiment);
    return experiment ? [{ experiment, run }] : [];
  });
}

/** Finished runs from the end of stage 1 that read what their experiment was made with: those that enter its result. */
function countedRuns(history: History, runs: readonly TableRun[]): TableRun[] {
  const madeWith = history.madeWith();
  return runs.filter((run) => {
    const { state, experiment, data_hash } = run;
    const made = madeWith.get(experiment);
    const sameData = made === undefined || data_hash === null || data_hash === made;
    return state === 'done' && fromTheEnd(run) && sameData;
  });
}
