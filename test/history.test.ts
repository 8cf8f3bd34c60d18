/** What the history promises: everything comes back as it was saved, and no run changes state wrongly. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHistory, type History } from '#main/history/history.ts';
import { defaultDatabasePath, defaultHome } from '#main/history/paths.ts';
import { RUN_STATES, RUN_TRANSITIONS, type RunRecord, type RunState } from '#shared/records.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { evaluationAt } from '#test/history-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'credence-history-'));
let history: History;
let files = 0;

beforeEach(() => {
  history = openHistory(join(folder, 'deep', 'er', `${files++}.sqlite`));
});
afterEach(() => history.close());
afterAll(() => rmSync(folder, { recursive: true }));

const create = (name = 'one', seeds = [3, 8]) =>
  history.createExperiment({ config: resolveConfig({ name, seeds }), version: '1.2.3' });

const codeOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return 'nothing thrown';
};

/** Legal steps from `queued` to each state. */
const ROUTES: Record<RunState, (id: number) => RunRecord | void> = {
  queued: () => {},
  running: (id) => history.markRunning(id),
  paused: (id) => (history.markRunning(id), history.markPaused(id)),
  done: (id) => (history.markRunning(id), history.markDone(id)),
  failed: (id) => history.markFailed(id, { code: 'x', message: 'why' }),
  cancelled: (id) => history.markCancelled(id),
  interrupted: (id) => history.markInterrupted(id, { code: 'x', message: 'why' }),
};

const MOVES: [RunState, (id: number) => RunRecord][] = [
  ['queued', (id) => history.requeueRun(id)],
  ['running', (id) => history.markRunning(id)],
  ['running', (id) => history.markResumed(id)],
  ['paused', (id) => history.markPaused(id)],
  ['done', (id) => history.markDone(id)],
  ['failed', (id) => history.markFailed(id, { code: 'x', message: 'why' })],
  ['cancelled', (id) => history.markCancelled(id)],
  ['interrupted', (id) => history.markInterrupted(id, { code: 'x', message: 'why' })],
];

describe('experiments', () => {
  it('come back with the whole config, one queued run per seed and what the dataset left out', () => {
    const config = resolveConfig({ name: 'Ḋ₁ "quoted"', seeds: [3, 8] });
    const report = { rowsRead: 5, rowsKept: 4, dropped: [{ reason: 'no name', count: 1, example: ',,' }] };
    const { experiment, runs } = history.createExperiment({
      config,
      version: '1.2.3',
      dataset_report: report,
    });
    expect(experiment).toMatchObject({
      name: 'Ḋ₁ "quoted"',
      config,
      version: '1.2.3',
      archived: false,
      labels: [],
    });
    expect(experiment.dataset_report).toEqual(report);
    expect(history.getExperiment(experiment.id)).toEqual(experiment);
    expect(runs.map(({ seed, state }) => [seed, state])).toEqual([
      [3, 'queued'],
      [8, 'queued'],
    ]);
    expect(runs[0]).toMatchObject({ owner_pid: process.pid, error: null, seconds: 0, started_at: null });
  });

  it('are listed newest first, with runs counted by state and time summed', () => {
    const first = create('first');
    const second = create('second', [1, 2, 3]);
    history.markRunning(second.runs[0].id);
    history.markDone(second.runs[0].id, 12.5);
    history.markRunning(second.runs[1].id);
    history.markFailed(second.runs[1].id, { code: 'x', message: 'y' }, 2);
    const [newest, oldest] = history.listExperiments();
    expect([newest.id, oldest.id]).toEqual([second.experiment.id, first.experiment.id]);
    expect(newest.states).toEqual({
      queued: 1,
      running: 0,
      paused: 0,
      done: 1,
      failed: 1,
      cancelled: 0,
      interrupted: 0,
    });
    expect(newest.seconds).toBe(14.5);
    expect(newest.finished_at).not.toBeNull();
    expect(oldest).toMatchObject({ seconds: 0, finished_at: null });
    expect(history.summaryOf(second.experiment.id)).toEqual(newest);
  });

  it('are hidden when archived, renamed, labelled once and unlabelled', () => {
    const { id } = create().experiment;
    history.archiveExperiment(id);
    expect(history.listExperiments()).toEqual([]);
    expect(history.listExperiments({ archived: true })).toHaveLength(1);
    history.archiveExperiment(id, false);
    history.renameExperiment(id, 'better');
    for (const label of ['b', ' a ', 'b']) history.addLabel(id, label);
    expect(history.listExperiments()[0]).toMatchObject({ name: 'better', labels: ['a', 'b'] });
    history.removeLabel(id, 'b');
    expect(history.getExperiment(id).labels).toEqual(['a']);
  });

  it('are deleted with all they hold, only when no run is unfinished, and say which files remain', () => {
    const kept = create('kept');
    const { experiment, runs } = create('gone', [1]);
    history.markRunning(runs[0].id);
    history.recordEvaluation(evaluationAt(runs[0].id, 1));
    history.recordCheckpoint({
      run: runs[0].id,
      stage: 'stage1',
      epoch: 1,
      step: 10,
      path: 'runs/1/last',
      bytes: 9,
    });
    history.recordArtefact({ experiment: experiment.id, run: null, kind: 'report', path: 'reports/1.html' });
    history.addNote(experiment.id, 'a note', runs[0].id);
    expect(codeOf(() => history.deleteExperiment(experiment.id))).toBe('history.experiment-busy');
    history.markCancelled(runs[0].id);
    expect(history.deleteExperiment(experiment.id).sort()).toEqual(['reports/1.html', 'runs/1/last']);
    expect(codeOf(() => history.getExperiment(experiment.id))).toBe('history.no-experiment');
    expect(codeOf(() => history.getRun(runs[0].id))).toBe('history.no-run');
    expect(history.listExperiments().map(({ id }) => id)).toEqual([kept.experiment.id]);
    // Numbers are never given out again.
    expect(create().experiment.id).toBeGreaterThan(experiment.id);
  });
});

describe('run states', () => {
  it.each(RUN_STATES)('from %s only the legal moves work', (from) => {
    for (const [to, move] of MOVES) {
      const [run] = create().runs;
      ROUTES[from](run.id);
      if (RUN_TRANSITIONS[from].includes(to)) expect(move(run.id).state).toBe(to);
      else expect(codeOf(() => move(run.id))).toBe('history.illegal-transition');
      if (!RUN_TRANSITIONS[from].includes(to)) expect(history.getRun(run.id).state).toBe(from);
    }
  });

  it('says in one line what could be done instead', () => {
    const [run] = create().runs;
    expect(() => history.markDone(run.id)).toThrow(
      `run ${run.id} is queued and cannot become done: only running can`,
    );
  });

  it('keeps start, engine, training time and error, and clears the error when queued again', () => {
    const [run] = create().runs;
    const started = history.markRunning(run.id, { worker_pid: 77, engine: 'onnx', device: 'CPU' });
    history.updateRunStart(run.id, { corpus_hash: 'abc' });
    history.heartbeat(new Map([[run.id, 4.5]]));
    const failed = history.markFailed(run.id, { code: 'engine.memory', message: 'out of memory' });
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'engine.memory', message: 'out of memory' },
      worker_pid: null,
      engine: 'onnx',
      device: 'CPU',
      corpus_hash: 'abc',
      seconds: 4.5,
      started_at: started.started_at,
    });
    expect(failed.finished_at).not.toBeNull();
    expect(history.requeueRun(run.id)).toMatchObject({ error: null, finished_at: null, seconds: 4.5 });
    history.markRunning(run.id);
    expect(history.markDone(run.id, 9)).toMatchObject({ seconds: 9, started_at: started.started_at });
  });
});

describe('what runs produce', () => {
  it('comes back in training order', () => {
    const { experiment, runs } = create();
    const second = { ...evaluationAt(runs[0].id, 1), stage: 'stage2' as const, step: 30 };
    const evaluations = [evaluationAt(runs[0].id, 1), evaluationAt(runs[0].id, 2), second];
    history.recordEvaluation(...evaluations.toReversed());
    const read = history.evaluationsOf(experiment.id);
    expect(read.map(({ run }) => run.seed)).toEqual([3, 8]);
    expect(read[0].evaluations.map(sorted)).toEqual(evaluations.map(sorted));
    expect(read[1].evaluations).toEqual([]);
    const last = history.evaluationsOf(experiment.id, { last: true });
    expect(last[0].evaluations.map(sorted)).toEqual([evaluations[1], second].map(sorted));
  });

  it('is replaced, not doubled, when a resumed run repeats it', () => {
    const { experiment, runs } = create();
    history.recordEvaluation(evaluationAt(runs[0].id, 1));
    const again = evaluationAt(runs[0].id, 1);
    again.metrics = [{ ...again.metrics[0], exact_match: 0.875, loss: Number.POSITIVE_INFINITY }];
    history.recordEvaluation(again);
    const [{ evaluations }] = history.evaluationsOf(experiment.id);
    expect(evaluations).toEqual([{ ...again, metrics: [{ ...again.metrics[0], loss: null }] }]);
  });

  it('is saved whole or not at all', () => {
    const { experiment, runs } = create();
    const broken = evaluationAt(runs[0].id, 2);
    broken.metrics.push({ ...broken.metrics[0] });
    expect(() => history.recordEvaluation(evaluationAt(runs[0].id, 1), broken)).toThrow(/UNIQUE/);
    expect(history.evaluationsOf(experiment.id)[0].evaluations).toEqual([]);
    expect(() => history.recordEvaluation(evaluationAt(999, 1))).toThrow(/FOREIGN KEY/);
  });

  it('keeps stages, checkpoints, artefacts and notes', () => {
    const { experiment, runs } = create();
    const run = runs[0].id;
    const stage = {
      run,
      stage: 'stage1' as const,
      position: 0,
      epochs: 20,
      steps: 5,
      seconds: 1.5,
      train_loss: 2.5,
    };
    history.recordStage({ ...stage, finished: false });
    history.recordStage({ ...stage, steps: 9, finished: true });
    expect(history.stagesOf(run)).toEqual([{ ...stage, steps: 9, finished: true }]);

    const checkpoint = { run, stage: 'stage1' as const, epoch: 1, step: 10, path: 'a', bytes: 4 };
    history.recordCheckpoint(checkpoint);
    history.recordCheckpoint({ ...checkpoint, epoch: 2, step: 20, path: 'b' });
    history.recordCheckpoint({ ...checkpoint, epoch: 3, step: 30 });
    expect(history.checkpointsOf(run).map(({ path, step }) => [path, step])).toEqual([
      ['a', 30],
      ['b', 20],
    ]);
    history.forgetCheckpoint(history.checkpointsOf(run)[0].id);
    expect(history.checkpointsOf(run).map(({ path }) => path)).toEqual(['b']);

    const artefact = { experiment: experiment.id, run: null, kind: 'report', path: 'r.html' };
    history.recordArtefact(artefact);
    history.recordArtefact(artefact);
    expect(history.artefactsOf(experiment.id)).toMatchObject([artefact]);

    history.addNote(experiment.id, 'about all');
    history.addNote(experiment.id, 'about one', run);
    expect(history.notesOf(experiment.id).map(({ text, run: of }) => [text, of])).toEqual([
      ['about all', null],
      ['about one', run],
    ]);
    history.removeNote(history.notesOf(experiment.id)[0].id);
    expect(history.notesOf(experiment.id)).toHaveLength(1);
  });
});

describe('where it lies', () => {
  it('is CREDENCE_HOME, else a folder of the platform', () => {
    const before = process.env['CREDENCE_HOME'];
    process.env['CREDENCE_HOME'] = folder;
    expect(defaultDatabasePath()).toBe(join(folder, 'history.sqlite'));
    delete process.env['CREDENCE_HOME'];
    expect(defaultHome()).toMatch(/credence/i);
    if (before !== undefined) process.env['CREDENCE_HOME'] = before;
  });
});

/** The order of metrics within an evaluation means nothing. */
function sorted(evaluation: ReturnType<typeof evaluationAt>) {
  return { ...evaluation, metrics: evaluation.metrics.toSorted((a, b) => a.subset.localeCompare(b.subset)) };
}
