/** Runs that failed or were interrupted, gathered by what can be done about them. */
import { runLabel, runNoun, runTitle, type PlannedRun } from '#shared/planned-runs.ts';
import type { RunRecord } from '#shared/records.ts';
import { MAY_GO_ON } from '#shared/run-ends.ts';
import { plural } from './format.ts';

/** What is needed of a run. */
type EndedRun = PlannedRun & Pick<RunRecord, 'id' | 'state' | 'error'>;

interface Failure {
  state: 'failed' | 'interrupted';
  title: string;
  causes: { who: string; message: string }[];
  advice: string;
  /** Whether going on with the same config can help. */
  resumable: boolean;
  /** What was saved of them lies with their job on a cluster. */
  onCluster: boolean;
  /** They are those of another program: nothing here trains them. */
  foreign: boolean;
  runs: number[];
}

const ADVICE: Record<string, string> = {
  'training.diverged':
    'The same settings would diverge again. Change the field that is named and run it as a new experiment; this one stays as it is.',
  'slurm.refused':
    'Nothing was trained. Send it again from the queue once what is named is mended, or resume to train it here.',
  'trainer.crashed':
    'What was reached is saved. Resuming goes on from the last checkpoint, to the same results as without the crash.',
};
const ON_CLUSTER =
  'What was saved lies with the job on the cluster: the queue sends these runs again, and they go on there. Resuming them here begins anew.';
const FOREIGN =
  'What was measured until then is part of the learning curves, and of no effect. It can go on only where it was trained: import it again from there.';
const GO_ON =
  'What was reached is saved. Resuming goes on from the last checkpoint, to the same results as without the break.';
const CHANGE =
  'The same settings would most likely fail again: change them in design and run a new experiment.';

/** Runs that broke off, gathered by what can be done about them. */
export function brokenRuns<R extends Pick<RunRecord, 'state' | 'error'>>(runs: readonly R[]) {
  const broken = runs.filter(({ state }) => state === 'failed' || state === 'interrupted');
  const groups = Map.groupBy(broken, ({ state, error }) => `${state} ${error?.code ?? ''}`);
  return [...groups].map(([key, group]) => {
    const state: Failure['state'] = group[0]?.state === 'interrupted' ? 'interrupted' : 'failed';
    const remedy = remedyOf(state, group[0]?.error?.code ?? '');
    return { key, state, runs: group, causes: causesOf(group), ...remedy };
  });
}

/** @param runs all runs of one experiment */
export function failuresOf(runs: readonly EndedRun[]): Failure[] {
  return brokenRuns(runs).map(({ state, runs: group, causes, advice, resumable, onCluster, foreign }) => {
    const each = runNoun(runs);
    const [first, ...more] = group;
    const who =
      first && more.length === 0 ? runTitle(first) : `${group.length} of ${plural(runs.length, each)}`;
    return {
      state,
      title: endText(who, group.length, state),
      causes: causes.map(({ message, runs }) => ({
        message,
        who:
          each === 'seed' ? `seed ${runs.map(({ seed }) => seed).join(', ')}` : runs.map(runLabel).join('; '),
      })),
      ...{ advice, resumable, onCluster, foreign },
      runs: group.map(({ id }) => id),
    };
  });
}

/** `Seed 3 failed`, `2 runs were interrupted`. */
export function endText(who: string, count: number, state: Failure['state']): string {
  return state === 'failed' ? `${who} failed` : `${who} ${count === 1 ? 'was' : 'were'} interrupted`;
}

/** What can be done about runs that ended with one code. */
function remedyOf(
  state: Failure['state'],
  code: string,
): Pick<Failure, 'advice' | 'resumable' | 'onCluster' | 'foreign'> {
  const plain = { resumable: false, onCluster: false, foreign: false };
  if (code === 'slurm.ended') return { ...plain, advice: ON_CLUSTER, resumable: true, onCluster: true };
  if (code === 'run.imported') return { ...plain, advice: FOREIGN, foreign: true };
  const resumable = state === 'interrupted' || MAY_GO_ON.includes(code);
  return { ...plain, advice: ADVICE[code] ?? (resumable ? GO_ON : CHANGE), resumable };
}

/** Whether going on with a run that ended can help: it was stopped, or broke off for a cause that may not come again. */
export function canGoOn({ state, error }: Pick<RunRecord, 'state' | 'error'>): boolean {
  if (state === 'cancelled') return true;
  return (state === 'failed' || state === 'interrupted') && remedyOf(state, error?.code ?? '').resumable;
}

/** Where in training it happened, as causes name it. */
const STEP = /\bat step (\d+)/;

/** What runs recorded as their causes, each once: with every seed a loss stops being a number at another step. */
export function causesOf<R extends Pick<RunRecord, 'error'>>(
  runs: readonly R[],
): { message: string; runs: R[] }[] {
  const messageOf = ({ error }: R) => error?.message ?? 'No cause was recorded.';
  const alike = Map.groupBy(runs, (run) => messageOf(run).replace(STEP, 'at steps'));
  return [...alike].map(([common, of]) => {
    const steps = of.map((run) => Number(STEP.exec(messageOf(run))?.[1] ?? NaN));
    const [first, last] = [Math.min(...steps), Math.max(...steps)];
    const spread = first < last;
    return {
      message: spread ? common.replace('at steps', `at steps ${first} to ${last}`) : messageOf(of[0]),
      runs: of,
    };
  });
}
