/**
 * Entry of a training process: receives a job, trains, reports. It ends by itself when its host goes away,
 * so that killing the host leaves no process behind.
 */
import { constants, setPriority } from 'node:os';
import type { EngineId } from '#shared/engines.ts';
import { toWireError } from '#shared/errors.ts';
import { hostChannel } from './channel.ts';
import { createControl, createGroupControl, type GroupControl } from './control.ts';
import { isOutOfMemory, MEMORY_REMEDY } from './out-of-memory.ts';
import type { AnalysisJob, FactsJob, FromTrainer, TrainingJob, TrialJob } from './protocol.ts';

// Whoever works at this machine comes first; an idle core is used whole. Threads that are made later inherit it.
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Where it may not be lowered, training goes on as it is.
}
const control = createControl();
let group: GroupControl | null = null;
const channel = hostChannel();

// A signal to the group (Ctrl-C, a closed terminal, the end of a session) reaches every process: the host decides
// and sends `cancel`. Should it be gone, the closed channel ends this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
channel.onMessage((message) => {
  if (message.type === 'start') void work((post) => train(message.job, post));
  else if (message.type === 'together') void work((post) => trainTogether(message.jobs, post));
  else if (message.type === 'member') group?.receive(message.member, message.message);
  else if (message.type === 'describe') void work((post) => describe(message.engine, post));
  else if (message.type === 'trial') void work((post) => measure(message.job, post));
  else if (message.type === 'facts') void work((post) => askFacts(message.job, post));
  else if (message.type === 'analyse') void work((post) => analyse(message.job, post));
  else control.receive(message);
});

type Post = (message: FromTrainer) => void;

async function train(job: TrainingJob, post: Post): Promise<void> {
  const { runTrainingJob } = await import('./job.ts');
  await runTrainingJob(job, control, post);
}

async function trainTogether(jobs: TrainingJob[], post: Post): Promise<void> {
  const { runs } = (group = createGroupControl(jobs.length));
  const { runTogether } = await import('./job.ts');
  await runTogether(
    jobs,
    runs,
    (member, message) => post({ type: 'member', member, message }),
    (member, error) => post({ type: 'member', member, message: failure(error) }),
  );
}

/** The last word of a run that failed; what is no fault of the user's is told on standard error as well. */
function failure(error: unknown): FromTrainer {
  const wire = toWireError(error);
  if (wire.code === 'internal' && isOutOfMemory(wire.message))
    return {
      type: 'failed',
      error: {
        ...{ name: 'UserError', code: 'trainer.memory' },
        message: `training ran out of memory (${wire.message.slice(0, 200)}): ${MEMORY_REMEDY}`,
      },
    };
  if (wire.code === 'internal')
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return { type: 'failed', error: wire };
}

async function describe(engine: EngineId, post: Post): Promise<void> {
  const { describeEngine } = await import('#lab/engines/index.ts');
  post({ type: 'described', engine: await describeEngine(engine) });
}

async function measure(job: TrialJob, post: Post): Promise<void> {
  const { measureEngine } = await import('./trial.ts');
  post({ type: 'tried', steps_per_s: await measureEngine(job) });
}

async function askFacts(job: FactsJob, post: Post): Promise<void> {
  const { runFactsJob } = await import('./facts.ts');
  post({ type: 'facts', facts: await runFactsJob(job, (share) => post({ type: 'share', share })) });
}

async function analyse(job: AnalysisJob, post: Post): Promise<void> {
  const { runAnalysisJob } = await import('./analysis.ts');
  post({ type: 'analysed', result: await runAnalysisJob(job, (share) => post({ type: 'share', share })) });
}

/** Does the one thing this process is for, and ends. */
async function work(task: (post: Post) => Promise<void>): Promise<void> {
  // Messages keep their order: when the last one is handed over, all are.
  let last = Promise.resolve();
  const post = (message: FromTrainer) => void (last = channel.send(message));
  try {
    await task(post);
  } catch (error) {
    post(failure(error));
  }
  await last;
  channel.close();
  process.exit(0);
}
