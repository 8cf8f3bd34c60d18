/** One question to a training process of its own: whatever a native library does there harms nobody else. */
import { UserError } from '#shared/errors.ts';
import type { WorkerLink } from '../runs/worker-link.ts';
import type { FromTrainer, ToTrainer } from '../trainer/protocol.ts';

/** Milliseconds a process gets to end by itself after its answer. */
const SHUTDOWN_TIMEOUT = 2000;

export interface AskOptions {
  launch: () => WorkerLink;
  /** Milliseconds until the process is killed; null waits as long as it takes. */
  timeout: number | null;
  /** Told how far it is, from 0 to 1. */
  progress?: (share: number) => void;
  signal?: AbortSignal;
}

/**
 * The message a process answers with.
 * @throws UserError where it fails, ends without an answer, or takes too long
 */
export function ask(
  question: ToTrainer,
  { launch, timeout, progress, signal }: AskOptions,
): Promise<FromTrainer> {
  return new Promise((resolve, reject) => {
    const link = launch();
    const fail = (code: string, message: string) => reject(new UserError(code, message));
    const stop = (code: string, message: string) => {
      fail(code, message);
      link.shutdown(0);
    };
    const timer =
      timeout === null
        ? undefined
        : setTimeout(() => stop('engine.slow', `no answer within ${timeout / 1000} s`), timeout);
    const aborted = () => stop('engine.aborted', 'Credence was closed meanwhile');
    signal?.addEventListener('abort', aborted, { once: true });
    link.onMessage((message) => {
      if (message.type === 'share') return progress?.(message.share);
      if (message.type === 'failed') fail(message.error.code, message.error.message);
      else resolve(message);
      link.shutdown(SHUTDOWN_TIMEOUT);
    });
    link.onEnd(({ cause }) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      fail('engine.crashed', `its process ${cause}`);
    });
    link.send(question);
  });
}
