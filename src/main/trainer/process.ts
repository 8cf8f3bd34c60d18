/**
 * Entry of a training process: receives a job, trains, reports. It ends by itself when its host goes away,
 * so that killing the host leaves no process behind.
 */
import { toWireError } from '#shared/errors.ts';
import { hostChannel } from './channel.ts';
import { createControl } from './control.ts';
import type { FromTrainer, TrainingJob } from './protocol.ts';

const control = createControl();
const channel = hostChannel();

// Ctrl-C in a terminal reaches every process of the group: the host decides and sends `cancel`.
process.on('SIGINT', () => {});
channel.onMessage((message) => {
  if (message.type === 'start') void runJob(message.job);
  else control.receive(message);
});

async function runJob(job: TrainingJob): Promise<void> {
  // Messages keep their order: when the last one is handed over, all are.
  let last = Promise.resolve();
  const post = (message: FromTrainer) => void (last = channel.send(message));
  try {
    const { runTrainingJob } = await import('./job.ts');
    await runTrainingJob(job, control, post);
  } catch (error) {
    const wire = toWireError(error);
    if (wire.code === 'internal')
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    post({ type: 'failed', error: wire });
  }
  await last;
  channel.close();
  process.exit(0);
}
