/**
 * Entry of a training process: receives a job, trains, reports. It ends by itself when its host goes away,
 * so that killing the host leaves no process behind.
 */
import { constants, setPriority } from 'node:os';
import { hostChannel } from './channel.ts';
import { takeWork } from './take-work.ts';

// Whoever works at this machine comes first, unless CREDENCE_NICE says otherwise; an idle core is used whole. Threads
// that are made later inherit it.
const nice = process.env['CREDENCE_NICE'] ?? '';
try {
  setPriority(/^1?\d$/.test(nice) ? Number(nice) : constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Where it may not be lowered, training goes on as it is.
}

// A signal to the group (Ctrl-C, a closed terminal, the end of a session) reaches every process: the host decides
// and sends `cancel`. Should it be gone, the closed channel ends this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
takeWork(hostChannel(), () => process.exit(0));
