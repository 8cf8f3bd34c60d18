/** Saves what a training process says and passes it on. */
import path from 'node:path';
import { assertSameData, dataHash } from '#lab/datasets/same-files.ts';
import type { DataFile, RunRecord } from '#shared/records.ts';
import { ROLLING_FILE } from '../trainer/checkpoint-files.ts';
import type { CheckpointMessage, FromTrainer } from '../trainer/protocol.ts';
import type { SessionOptions } from './session-options.ts';

/** @returns a function that saves one message */
export function recorder(options: SessionOptions): (message: FromTrainer) => void {
  const { run, history, listener } = options;
  const changed = (now: RunRecord) => listener.changed?.(now);
  return (message) => {
    switch (message.type) {
      case 'ready': {
        const { engine, device, corpus_hash, data } = message;
        history.updateRunStart(run.id, { engine, device, corpus_hash, data_hash: dataHash(data) });
        bindData(options, data);
        return changed(history.getRun(run.id));
      }
      case 'stage': {
        const stage = { run: run.id, ...message.stage };
        history.recordStage(stage);
        return listener.stage?.(run, stage);
      }
      case 'progress':
        return listener.progress?.(run, message.progress);
      case 'trace':
        return history.recordTrace(run.id, ...message.points);
      case 'evaluation':
        history.recordEvaluation({ run: run.id, ...message.evaluation, kept: message.kept });
        return listener.evaluation?.(run, message.evaluation);
      case 'checkpoint':
        recordCheckpoint(options, message);
        return listener.checkpoint?.(run);
      case 'remark':
        return listener.remark?.(run, message.text);
      case 'paused':
        return changed(history.markPaused(run.id));
      case 'resumed':
        return changed(history.markResumed(run.id));
    }
  };
}

/**
 * The first run of an experiment of which it is not known pins down what it reads.
 * @throws UserError `data.changed` where another run read something else meanwhile
 */
function bindData({ run, history }: SessionOptions, data: DataFile[]): void {
  const { dataset_report: report } = history.getExperiment(run.experiment);
  if (report?.files) assertSameData(run.experiment, report.files, data);
  else
    history.setDatasetReport(run.experiment, {
      rowsRead: 0,
      rowsKept: 0,
      dropped: [],
      ...report,
      files: data,
    });
}

/** A stage checkpoint replaces the rolling one, whose file is gone by then. */
function recordCheckpoint({ run, history }: SessionOptions, message: CheckpointMessage): void {
  const relative = (file: string) => path.relative(path.dirname(history.path), file);
  const { stage, epoch, step } = message.position;
  if (message.kind === 'stage') {
    const old = history
      .checkpointsOf(run.id)
      .filter(({ path: file }) => path.basename(file) === ROLLING_FILE);
    for (const { id } of old) history.forgetCheckpoint(id);
  }
  history.recordCheckpoint({
    run: run.id,
    stage,
    epoch,
    step,
    path: relative(message.path),
    bytes: message.bytes,
  });
}
