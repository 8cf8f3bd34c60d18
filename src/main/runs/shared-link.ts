/** One training process for several runs, to each of which it looks like a process of its own. */
import type { FromTrainer, ToTrainer, TrainingJob } from '../trainer/protocol.ts';
import type { WorkerEnd, WorkerLink } from './worker-link.ts';

/** One run's side of the process. */
interface Member {
  job: TrainingJob | null;
  /** It has said how it ended. */
  finished: boolean;
  /** Its end was told, or it never began. */
  ended: boolean;
  hear: (message: FromTrainer) => void;
  end: (end: WorkerEnd) => void;
}

const LAST_WORDS: readonly string[] = ['done', 'cancelled', 'failed'];

/**
 * The links of runs that train together. The process begins when each has sent its `start` or given up by
 * `shutdown`; it ends, and is told to, with the last of them. Where it crashes, each run hears the cause.
 */
export function shareLink(link: WorkerLink, size: number): WorkerLink[] {
  const members = Array.from({ length: size }, (): Member => {
    const ignore = () => {};
    return { job: null, finished: false, ended: false, hear: ignore, end: ignore };
  });
  let training: Member[] = [];
  const endOf = (member: Member, end: WorkerEnd) => {
    if (member.ended) return;
    member.ended = true;
    member.end(end);
  };
  const begin = () => {
    if (training.length > 0 || !members.every(({ job, ended }) => job !== null || ended)) return;
    training = members.filter(({ ended }) => !ended);
    if (training.length > 0) link.send({ type: 'together', jobs: training.map(({ job }) => job!) });
  };
  const hear = (member: Member, message: FromTrainer) => {
    if (member.ended) return;
    member.finished ||= LAST_WORDS.includes(message.type);
    member.hear(message);
  };
  link.onMessage((message) => {
    if (message.type === 'member') hear(training[message.member], message.message);
    else for (const member of training) hear(member, message);
  });
  link.onEnd((end) => members.forEach((member) => endOf(member, end)));
  return members.map((member) => ({
    pid: link.pid,
    send(message) {
      if (message.type === 'start') member.job = message.job;
      else if (isForMember(message) && training.includes(member))
        link.send({ type: 'member', member: training.indexOf(member), message });
      begin();
    },
    onMessage: (listener) => void (member.hear = listener),
    onEnd: (listener) => void (member.end = listener),
    shutdown(timeout) {
      if (!member.finished && training.includes(member))
        link.send({ type: 'member', member: training.indexOf(member), message: { type: 'cancel' } });
      // Not within the message that brought the last word.
      queueMicrotask(() => {
        endOf(member, { clean: true, cause: 'ended' });
        begin();
        if (members.every(({ ended }) => ended)) link.shutdown(timeout);
      });
    },
  }));
}

type MemberMessage = Extract<ToTrainer, { type: 'pause' | 'resume' | 'cancel' }>;

function isForMember(message: ToTrainer): message is MemberMessage {
  return message.type === 'pause' || message.type === 'resume' || message.type === 'cancel';
}
