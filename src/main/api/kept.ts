/**
 * Keeps what was worked out about experiments none of whose runs is under way: it changes only when a run ends,
 * and a comparison of many experiments would take seconds to work out anew. What was asked lately stays in
 * memory, the rest in the history.
 */
import { toWireError } from '#shared/errors.ts';
import { LIVE_STATES, type ExperimentSummary } from '#shared/records.ts';
import type { KeptReply } from '../history/app.ts';
import type { History } from '../history/history.ts';
import { credenceVersion } from '../resources.ts';

/** Counts up when a kept reply gets another shape: what an older program kept is then worked out anew. */
const SHAPE = 7;
/** Replies in memory. */
const RECENT = 64;
/** Milliseconds until new replies are written, all at once: an answer does not wait for the disk. */
const WRITE_AFTER = 200;

export interface Kept {
  /**
   * A function that answers from what was kept, where it is still true.
   * @param name of what is asked, for example `curves`
   * @param worthwhile whether a reply is worth its place in the history
   */
  keeping<A extends { experiment: number }, R>(
    name: string,
    make: (args: A) => R,
    worthwhile?: (args: A) => boolean,
  ): (args: A) => R;
  /** Changes whenever a run ends or is queued again, and with the program; null while a run is under way. */
  stampOf(summary: Pick<ExperimentSummary, 'states' | 'finished_at'>): string | null;
  close(): void;
}

export function createKept(history: History): Kept {
  const version = credenceVersion();
  const stampOf: Kept['stampOf'] = ({ states, finished_at }) =>
    LIVE_STATES.some((state) => states[state] > 0)
      ? null
      : JSON.stringify([version, SHAPE, states, finished_at]);
  const writer = createWriter(history);
  return {
    stampOf,
    close: writer.flush,
    keeping(name, make, worthwhile = () => true) {
      const recent = createRecent<ReturnType<typeof make>>();
      return (args) => {
        const { experiment } = args;
        const stamp = stampOf(history.summaryOf(experiment));
        if (stamp === null) return make(args);
        const request = JSON.stringify([name, args]);
        const fresh = () => {
          if (!worthwhile(args)) return make(args);
          const known = history.keptReply(experiment, request, stamp);
          if (known !== undefined) return JSON.parse(known) as ReturnType<typeof make>;
          const reply = make(args);
          writer.add({ experiment, request, stamp, reply: JSON.stringify(reply) });
          return reply;
        };
        return recent(request + stamp, fresh);
      };
    },
  };
}

/** The latest values by key; the one that was not asked for longest leaves first. */
function createRecent<R>() {
  const values = new Map<string, R>();
  return (key: string, make: () => R): R => {
    const value = values.get(key) ?? make();
    values.delete(key);
    values.set(key, value);
    if (values.size > RECENT) values.delete(values.keys().next().value!);
    return value;
  };
}

/** Writes replies a little later; what cannot be written is worked out again another time. */
function createWriter(history: History) {
  let waiting: KeptReply[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    const replies = waiting;
    waiting = [];
    if (replies.length === 0) return;
    try {
      history.keepReplies(replies);
    } catch (error) {
      process.emitWarning(`results could not be kept: ${toWireError(error).message}`);
    }
  };
  return {
    add(reply: KeptReply) {
      waiting.push(reply);
      timer ??= setTimeout(flush, WRITE_AFTER);
    },
    flush,
  };
}
