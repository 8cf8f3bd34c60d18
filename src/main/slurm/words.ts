/** Slurm's states and reasons, in words. */
import type { JobRecord } from '#shared/slurm.ts';
import type { SeenTask } from './scheduler.ts';

/** What a state means for the runs of a task. */
export type Standing = 'waits' | 'runs' | 'over';

const WAITS = ['PENDING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'SPECIAL_EXIT'];
const RUNS = [
  'RUNNING',
  'CONFIGURING',
  'COMPLETING',
  'SUSPENDED',
  'STOPPED',
  'RESIZING',
  'SIGNALING',
  'STAGE_OUT',
];

export function standingOf(state: string): Standing {
  if (WAITS.includes(state)) return 'waits';
  return RUNS.includes(state) ? 'runs' : 'over';
}

const REASONS: Record<string, string> = {
  Resources: 'waits for free resources',
  Priority: 'waits for its turn: others come first',
  BeginTime: 'waits to be started again',
  JobArrayTaskLimit: 'waits for other tasks of this job, of which so many run at a time',
  Dependency: 'waits for another job',
  JobHeldUser: 'is held; "scontrol release" lets it go on',
  JobHeldAdmin: 'is held by the administrators of the cluster',
  PartitionTimeLimit: 'asks for more time than the partition gives: cancel it and ask for less',
  PartitionNodeLimit: 'asks for more than the nodes of the partition have: cancel it and ask for less',
  PartitionDown: 'waits while the partition is down',
  PartitionInactive: 'waits while the partition is inactive',
  ReqNodeNotAvail: 'waits for nodes that are down, or that others come first on',
  NodeDown: 'waits for a node that is down',
  BadConstraints: 'asks for what no node has: cancel it and ask for something else',
  Licenses: 'waits for licences',
};

/** Why a task waits. */
export function waitingText(reason: string): string {
  if (REASONS[reason]) return REASONS[reason];
  if (reason.startsWith('Nodes required for job are')) return REASONS['ReqNodeNotAvail'];
  if (/Limit$/.test(reason) && /^(QOS|Assoc|Max)/.test(reason))
    return `waits at a limit of your account or quality of service (${reason})`;
  if (reason === '' || reason === 'None') return 'waits in the queue';
  return `waits (${reason})`;
}

/** How a task ended that did not do all of its work. */
export function endText({ options }: Pick<JobRecord, 'options'>, { state, detail, node }: SeenTask): string {
  const where = node === '' || /None|n\/a/.test(node) ? '' : ` on ${node}`;
  switch (state) {
    case 'TIMEOUT':
      return `ran into its time limit${where}${options.time === null ? '' : ` (${options.time})`}; what it had saved is kept`;
    case 'DEADLINE':
      return `ran into a deadline${where}; what it had saved is kept`;
    case 'OUT_OF_MEMORY':
      return `ran out of memory${where}${options.memory === null ? '' : ` (${options.memory})`}; ask for more memory, or for fewer cores in a task`;
    case 'NODE_FAIL':
    case 'BOOT_FAIL':
      return `lost its node${where}; what it had saved is kept`;
    case 'PREEMPTED':
      return `gave way to another job${where}; what it had saved is kept`;
    case 'CANCELLED':
      return `was cancelled${where}; what it had saved is kept`;
    case 'COMPLETED':
      return `ended${where} without all of its results; look at its log`;
    default:
      return `failed${where} (${state}${/^\d+:\d+$/.test(detail) ? `, exit code ${detail.split(':')[0]}` : ''}); look at its log`;
  }
}
