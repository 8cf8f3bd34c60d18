/**
 * Entry of a training process: receives a job, trains, reports. It ends by itself when its host goes away,
 * so that killing the host leaves no process behind.
 */
import { toWireError } from '#shared/errors.ts';
import type { FromTrainer, ToTrainer, TrainingJob } from './protocol.ts';
import { createControl } from './control.ts';

const control = createControl();

// Ctrl-C in a terminal reaches every process of the group: the host decides and sends `cancel`.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToTrainer) => {
  if (message.type === 'start') void runJob(message.job);
  else control.receive(message);
});

function send(message: FromTrainer): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, {}, () => resolve());
    else resolve();
  });
}

async function runJob(job: TrainingJob): Promise<void> {
  // Messages keep their order: when the last one is handed over, all are.
  let last = Promise.resolve();
  const post = (message: FromTrainer) => void (last = send(message));
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
  if (process.connected) process.disconnect();
  process.exit(0);
}
