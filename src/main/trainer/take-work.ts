/** What a training process does: the one thing it is asked for. */
import type { EngineId } from '#shared/engines.ts';
import { toWireError } from '#shared/errors.ts';
import type { Channel } from './channel.ts';
import { createControl, createGroupControl, type GroupControl, type TrainerControl } from './control.ts';
import { gpuFault, isOutOfMemory, MEMORY_REMEDY } from './machine-faults.ts';
import type { AnalysisJob, FactsJob, FromTrainer, ToTrainer, TrainingJob, TrialJob } from './protocol.ts';

type Post = (message: FromTrainer) => void;

/** What messages that come while it works steer. */
interface Steered {
  control: TrainerControl;
  group: GroupControl | null;
}

/**
 * Does the one thing that comes over a channel, and closes it.
 * @param ended called after the last word
 */
export function takeWork(channel: Channel, ended: () => void): void {
  const steered: Steered = { control: createControl(), group: null };
  channel.onMessage((message) => {
    const task = taskOf(message, steered);
    if (task) void work(task, channel).then(ended);
    else if (message.type === 'member') steered.group?.receive(message.member, message.message);
    else steered.control.receive(message);
  });
}

/** @returns null for a message that steers what is under way */
function taskOf(message: ToTrainer, steered: Steered): ((post: Post) => Promise<void>) | null {
  if (message.type === 'start') return (post) => train(message.job, steered.control, post);
  if (message.type === 'together') return (post) => trainTogether(message.jobs, steered, post);
  if (message.type === 'describe') return (post) => describe(message.engine, post);
  if (message.type === 'trial') return (post) => measure(message.job, post);
  if (message.type === 'facts') return (post) => askFacts(message.job, post);
  if (message.type === 'analyse') return (post) => analyse(message.job, post);
  return null;
}

async function train(job: TrainingJob, control: TrainerControl, post: Post): Promise<void> {
  const { runTrainingJob } = await import('./job.ts');
  await runTrainingJob(job, control, post);
}

async function trainTogether(jobs: TrainingJob[], steered: Steered, post: Post): Promise<void> {
  const { runs } = (steered.group = createGroupControl(jobs.length));
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
  const gpu = wire.code === 'internal' ? gpuFault(wire.message) : null;
  if (gpu) return { type: 'failed', error: gpu };
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

async function work(task: (post: Post) => Promise<void>, channel: Channel): Promise<void> {
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
}
