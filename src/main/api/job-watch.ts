/** Asks clusters again and again how the jobs stand that are not over, and brings what they found. */
import { toWireError, UserError } from '#shared/errors.ts';
import { isUnderWay } from '#shared/slurm.ts';
import { collect } from '../slurm/collect.ts';
import { tellJobs } from './slurm.ts';
import type { Context } from './context.ts';

/** Milliseconds between two looks; after a failure twice as many, and so on up to the most. */
const LOOK_EVERY = 10_000;
const MOST = 300_000;

/** Looks while there is a job that is not over: where none was sent, nothing is asked anywhere. */
export function watchJobs(context: Context): { stop(): Promise<void> } {
  let wait = LOOK_EVERY;
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const plan = () => {
    timer = setTimeout(() => {
      looking = look(context).then((answered) => {
        wait = answered ? LOOK_EVERY : Math.min(MOST, 2 * wait);
        if (timer !== undefined) plan();
      });
    }, wait).unref();
  };
  plan();
  return {
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await looking;
    },
  };
}

/** @returns whether every cluster answered */
async function look(context: Context): Promise<boolean> {
  let answered = true;
  try {
    for (const job of context.history.listJobs()) {
      if (!isUnderWay(job)) continue;
      answered = (await lookAt(context, job.id)) && answered;
    }
  } catch (error) {
    process.emitWarning(`jobs could not be looked at: ${toWireError(error).message}`);
  }
  return answered;
}

/** A cluster that does not answer is said with the job, which windows show. */
async function lookAt(context: Context, job: number): Promise<boolean> {
  try {
    tellJobs(context, await collect(context.history, job));
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tellJobs(context, context.history.getJob(job));
    return false;
  }
}
