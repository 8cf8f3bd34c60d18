/** What a run's log says, one line per event. */
import type { LogLine } from '#shared/api/runs.ts';
import { duration } from '#shared/duration.ts';
import { visible } from '#shared/plain-text.ts';
import { runLabel } from '#shared/planned-runs.ts';
import type { DatasetReport, RunRecord } from '#shared/records.ts';
import { reportSummary } from '#shared/table-report.ts';
import type { FromTrainer } from '../trainer/protocol.ts';

type Said = Omit<LogLine, 'at'>;

/** The line for a message of the training process; null where it is not worth one. */
export function lineOf(message: FromTrainer): Said | null {
  switch (message.type) {
    case 'ready':
      return info(
        `training ${message.steps} steps on ${message.engine} (${message.device})${message.buffers ? `, weights in ${message.buffers} buffers` : ''}`,
      );
    case 'stage': {
      const { stage, epochs, steps, finished, train_loss } = message.stage;
      const loss = train_loss === null ? '' : `, training loss ${train_loss.toFixed(4)}`;
      return info(finished ? `${stage} finished${loss}` : `${stage}: ${epochs} epochs, ${steps} steps`);
    }
    case 'evaluation':
      return info(`evaluated after ${message.evaluation.stage}, epoch ${message.evaluation.epoch}`);
    case 'checkpoint':
      return message.kind !== 'rolling' ? info(`weights saved to ${message.path}`) : null;
    case 'remark':
      return { level: 'warning', text: visible(message.text) };
    case 'paused':
      return info('paused');
    case 'resumed':
      return info('goes on');
    default:
      return null;
  }
}

/**
 * The last line of a run.
 * @param saved what is saved of it, for a run that was cancelled
 */
export function endLine({ state, seconds, error }: RunRecord, saved: string): Said {
  if (error) return { level: state === 'failed' ? 'error' : 'warning', text: visible(error.message) };
  const text = `${state} after ${duration(seconds)} of training`;
  return info(state === 'cancelled' ? `${text}; ${saved}` : text);
}

/** A line that begins or goes on with a run. */
export function startLine(
  pid: number | undefined,
  from: string | null,
  threads: number,
  companions: readonly RunRecord[],
): Said {
  const where = from === null ? 'from the start' : `from ${from}`;
  return info(
    `started ${where} in process ${pid ?? 'unknown'} with ${threads} thread${threads === 1 ? '' : 's'}${togetherWith(companions)}`,
  );
}

/** How the data were read. */
export function dataLines(report: DatasetReport | null): Said[] {
  return report === null ? [] : reportSummary(report).map(({ text }) => info(text));
}

/** Names the runs that the same process trains. */
export function togetherWith(companions: readonly RunRecord[]): string {
  return companions.length === 0 ? '' : `, together with ${companions.map(runLabel).join(', ')}`;
}

function info(text: string): Said {
  return { level: 'info', text: visible(text) };
}
