/** Queries about analyses: what was asked, and what it gave for each run. */
import type { Database } from 'better-sqlite3';
import type {
  AnalysisParams,
  AnalysisPart,
  AnalysisRecord,
  AnalysisResult,
  PartResult,
  PartState,
} from '#shared/analysis.ts';
import { UserError, type WireError } from '#shared/errors.ts';
import { credenceVersion } from '../resources.ts';
import { isAlive, type Owner } from './owner.ts';

export type AnalysisQueries = ReturnType<typeof analysisQueries>;

/** A run to be looked at, and which weights of it: another text means other weights. */
export interface WantedPart {
  run: number;
  weights: string;
}

interface AnalysisRow {
  id: number;
  experiment: number;
  params: string;
  version: string;
  created_at: string;
}

interface PartRow {
  run: number;
  seed: number;
  state: PartState;
  error_code: string | null;
  error_message: string | null;
  seconds: number;
  owner_pid: number | null;
  owner_start: string | null;
  heartbeat_at: string | null;
  weights: string;
}

const LIVE = "('queued', 'running')";

/** The queries about analyses on an open database; `owner` is this process. */
export function analysisQueries(db: Database, owner: Owner) {
  const partsOf = (analysis: number): PartRow[] =>
    db
      .prepare<[number], PartRow>(
        `SELECT p.run, r.seed, p.state, p.error_code, p.error_message, p.seconds, p.owner_pid, p.owner_start,
           p.heartbeat_at, p.weights
         FROM analysis_parts AS p JOIN runs AS r ON r.id = p.run WHERE p.analysis = ? ORDER BY p.run`,
      )
      .all(analysis);
  const recordOf = ({ params, ...row }: AnalysisRow): AnalysisRecord => ({
    ...row,
    params: JSON.parse(params) as AnalysisParams,
    parts: partsOf(row.id).map(toPart),
  });
  const getAnalysis = (id: number): AnalysisRecord => {
    const row = db.prepare<[number], AnalysisRow>('SELECT * FROM analyses WHERE id = ?').get(id);
    if (row) return recordOf(row);
    throw new UserError(
      'history.no-analysis',
      `analysis ${id} is not in ${db.name}: it may have been removed`,
    );
  };
  const claim = db.prepare(
    `INSERT INTO analysis_parts (analysis, run, state, owner_pid, owner_start, heartbeat_at, weights)
     VALUES (@analysis, @run, 'queued', @pid, @start, @now, @weights)
     ON CONFLICT (analysis, run) DO UPDATE SET state = 'queued', owner_pid = @pid, owner_start = @start,
       heartbeat_at = @now, weights = @weights, error_code = NULL, error_message = NULL, result = NULL`,
  );
  const end = (
    analysis: number,
    run: number,
    state: PartState,
    { seconds = 0, error, result }: { seconds?: number; error?: WireError; result?: AnalysisResult } = {},
  ): void => {
    db.prepare(
      `UPDATE analysis_parts SET state = ?, seconds = ?, error_code = ?, error_message = ?, result = ?
       WHERE analysis = ? AND run = ? AND owner_pid = ? AND owner_start IS ?`,
    ).run(
      ...[state, seconds, error?.code ?? null, error?.message ?? null],
      ...[result ? JSON.stringify(result) : null, analysis, run, owner.pid, owner.start],
    );
  };

  return {
    /** The analyses of an experiment, in the order in which they were asked for. */
    analysesOf: (experiment: number): AnalysisRecord[] =>
      db
        .prepare<[number], AnalysisRow>('SELECT * FROM analyses WHERE experiment = ? ORDER BY id')
        .all(experiment)
        .map(recordOf),

    /** @throws UserError `history.no-analysis` */
    getAnalysis,

    /**
     * Puts an analysis down, or finds the one that asks the same, and takes on the runs that are not done: those that
     * another process works on stay its own, and results of the same weights stay.
     * @returns the analysis, and the runs that are now this process's
     */
    queueAnalysis: db.transaction(
      (
        experiment: number,
        params: AnalysisParams,
        wanted: readonly WantedPart[],
      ): { id: number; runs: number[] } => {
        const text = JSON.stringify(params);
        const now = new Date().toISOString();
        db.prepare(
          'INSERT OR IGNORE INTO analyses (experiment, params, version, created_at) VALUES (?, ?, ?, ?)',
        ).run(experiment, text, credenceVersion(), now);
        const id = db
          .prepare<[number, string], number>('SELECT id FROM analyses WHERE experiment = ? AND params = ?')
          .pluck()
          .get(experiment, text)!;
        const known = new Map(partsOf(id).map((part) => [part.run, part]));
        const open = wanted.filter(({ run, weights }) => {
          const part = known.get(run);
          if (!part) return true;
          return part.state === 'done' ? part.weights !== weights : !isTaken(part);
        });
        for (const { run, weights } of open)
          claim.run({ analysis: id, run, weights, now, pid: owner.pid, start: owner.start });
        return { id, runs: open.map(({ run }) => run) };
      },
    ).immediate,

    markPartRunning: (analysis: number, run: number): void => end(analysis, run, 'running'),
    markPartDone: (analysis: number, run: number, result: AnalysisResult, seconds: number): void =>
      end(analysis, run, 'done', { result, seconds }),
    markPartFailed: (analysis: number, run: number, error: WireError, seconds: number): void =>
      end(analysis, run, 'failed', { error, seconds }),
    /** @param state whether the user ended it, or the program */
    markPartStopped: (analysis: number, run: number, state: 'cancelled' | 'interrupted'): void =>
      end(analysis, run, state),

    /** What was found for each run that is done. */
    analysisResults: (analysis: number): PartResult[] =>
      db
        .prepare<[number], { run: number; seed: number; result: string }>(
          `SELECT p.run, r.seed, p.result FROM analysis_parts AS p JOIN runs AS r ON r.id = p.run
           WHERE p.analysis = ? AND p.state = 'done' ORDER BY p.run`,
        )
        .all(analysis)
        .map(({ result, ...of }) => ({ ...of, result: JSON.parse(result) as AnalysisResult })),

    /** As at start-up. */
    interruptLostParts: (): void => interruptLostParts(db),

    removeAnalysis(id: number): void {
      db.prepare('DELETE FROM analyses WHERE id = ?').run(id);
    },

    /** A sign of life for what this process analyses or is about to. */
    analysisHeartbeat(): void {
      db.prepare(
        `UPDATE analysis_parts SET heartbeat_at = ? WHERE state IN ${LIVE} AND owner_pid = ? AND owner_start IS ?`,
      ).run(new Date().toISOString(), owner.pid, owner.start);
    },
  };
}

function toPart({ run, seed, state, error_code, error_message, seconds }: PartRow): AnalysisPart {
  const error = error_code === null ? null : { code: error_code, message: error_message ?? '' };
  return { run, seed, state, seconds, error };
}

/** Whether a living process works on it, or is about to. */
function isTaken({ state, owner_pid, owner_start, heartbeat_at }: PartRow): boolean {
  if (state !== 'queued' && state !== 'running') return false;
  return owner_pid !== null && isAlive({ pid: owner_pid, start: owner_start }, heartbeat_at);
}

/** Parts whose process is gone become `interrupted`; what was found for other runs stays. */
export function interruptLostParts(db: Database): void {
  const live = db
    .prepare<[], PartRow & { analysis: number }>(
      `SELECT *, 0 AS seed FROM analysis_parts WHERE state IN ${LIVE}`,
    )
    .all();
  const lost = live.filter((part) => !isTaken(part));
  if (lost.length === 0) return;
  const interrupt = db.prepare(
    `UPDATE analysis_parts SET state = 'interrupted', error_code = 'analysis.interrupted', error_message = ?
     WHERE analysis = ? AND run = ? AND state IN ${LIVE}`,
  );
  const message = 'its process ended before it was done; start the analysis again to go on with this seed';
  db.transaction(() => {
    for (const { analysis, run } of lost) interrupt.run(message, analysis, run);
  }).immediate();
}
