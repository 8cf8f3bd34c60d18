/** Experiments as their rows keep them, and as records. */
import type { Database } from 'better-sqlite3';
import { IMPORTED_UID } from '#shared/imported.ts';
import {
  RUN_STATES,
  type DatasetReport,
  type ExperimentRecord,
  type ExperimentSummary,
  type RunState,
  type SeedAddition,
} from '#shared/records.ts';
import type { SavedConfig } from '#shared/saved-config.ts';
import { savedSchemaOf } from '#shared/saved-schema.ts';
import type { SweepCell } from '#shared/sweep.ts';

interface ExperimentRow {
  id: number;
  name: string;
  config: string;
  version: string;
  dataset_report: string | null;
  created_at: string;
  archived: number;
  labels: string;
  sweep: number | null;
  cell: string | null;
}

export interface SummaryRow extends Omit<ExperimentRow, 'config' | 'dataset_report' | 'cell'> {
  imported: number;
  states: string;
  seconds: number;
  finished_at: string | null;
}

const LABELS = `(SELECT json_group_array(label) FROM
  (SELECT label FROM labels WHERE labels.experiment = experiments.id ORDER BY label))`;

/** The list of experiments, to be filtered and grouped. @param of which runs are counted: without it SQLite would count them all for one experiment */
export const summary = (of = '') => `
SELECT experiments.id, experiments.name, version, experiments.created_at, archived, ${LABELS} AS labels, sweep,
  substr(uid, 1, ${IMPORTED_UID.length}) = '${IMPORTED_UID}' AS imported,
  coalesce(json_group_object(tally.state, tally.runs) FILTER (WHERE tally.state IS NOT NULL), '{}') AS states,
  coalesce(sum(tally.seconds), 0) AS seconds, max(tally.finished_at) AS finished_at
FROM experiments LEFT JOIN (
  SELECT experiment, state, count(*) AS runs, sum(seconds) AS seconds, max(finished_at) AS finished_at
  FROM runs ${of} GROUP BY experiment, state
) AS tally ON tally.experiment = experiments.id`;

/** An experiment as it was saved, deleted or not. */
export function readExperiment(db: Database, id: number): ExperimentRecord | undefined {
  const row = db
    .prepare<[number], ExperimentRow>(
      `SELECT id, name, config, version, dataset_report, created_at, archived, ${LABELS} AS labels, sweep, cell
       FROM experiments WHERE id = ?`,
    )
    .get(id);
  if (!row) return undefined;
  return {
    ...row,
    config: storedConfig(row.config),
    dataset_report: row.dataset_report === null ? null : (JSON.parse(row.dataset_report) as DatasetReport),
    archived: row.archived === 1,
    labels: JSON.parse(row.labels) as string[],
    cell: row.cell === null ? null : (JSON.parse(row.cell) as SweepCell),
    added_seeds: readAdditions(db, id),
  };
}

function readAdditions(db: Database, experiment: number): SeedAddition[] {
  return db
    .prepare<[number], SeedAddition & { seeds: string }>(
      'SELECT created_at, seeds, finished FROM seed_additions WHERE experiment = ? ORDER BY id',
    )
    .all(experiment)
    .map((row) => ({ ...row, seeds: JSON.parse(row.seeds) as number[] }));
}

/** A config as it was saved; fields that came later take their defaults, which leave old runs as they were. */
function storedConfig(json: string): SavedConfig {
  const saved = JSON.parse(json) as SavedConfig;
  return savedSchemaOf(saved)?.safeParse(saved).data ?? saved;
}

/** A row of the list as it is told. */
export function toSummary(row: SummaryRow): ExperimentSummary {
  const none = Object.fromEntries(RUN_STATES.map((state) => [state, 0])) as Record<RunState, number>;
  return {
    ...row,
    archived: row.archived === 1,
    imported: row.imported === 1,
    labels: JSON.parse(row.labels) as string[],
    states: { ...none, ...(JSON.parse(row.states) as Partial<Record<RunState, number>>) },
  };
}
