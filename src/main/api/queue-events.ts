/** Turns what the queue tells into events of the API. */
import type { QueueState } from '#shared/api/runs.ts';
import type { QueueListener } from '../runs/listener.ts';
import type { Emit } from './context.ts';

/** @param state the queue as it is now; sent once however much changes in one turn */
export function queueEvents(emit: Emit, state: () => QueueState): QueueListener {
  let pending = false;
  const queue = () => {
    if (pending) return;
    pending = true;
    queueMicrotask(() => {
      pending = false;
      emit('queue', state());
    });
  };
  return {
    queue,
    started(run) {
      emit('run', run);
      emit('history', { experiments: [run.experiment] });
    },
    changed: (run) => emit('run', run),
    progress: ({ experiment, id, seed }, progress) =>
      emit('progress', { experiment, run: id, seed, progress }),
    evaluation: ({ experiment, id, seed }, evaluation) =>
      emit('evaluation', { experiment, run: id, seed, evaluation }),
    stage: ({ experiment, seed }, stage) => emit('stage', { experiment, seed, stage }),
    log: ({ experiment, id }, line) => emit('log', { experiment, run: id, line }),
    ended(run) {
      emit('run', run);
      emit('history', { experiments: [run.experiment] });
      queue();
    },
  };
}
