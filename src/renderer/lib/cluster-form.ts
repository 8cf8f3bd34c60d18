/** The fields of a cluster as a person types them. */
import type { ClusterHints, ClusterSettings } from '#shared/api/slurm.ts';
import { slurmOptionsSchema } from '#shared/slurm.ts';

/** What is asked of Slurm for each task, in the order of the form. */
export const ASKED = [
  { field: 'partition', label: 'Partition', hint: 'gpu' },
  { field: 'account', label: 'Account', hint: 'that pays' },
  { field: 'time', label: 'Time limit', hint: '04:00:00' },
  { field: 'cpus', label: 'Cores', hint: '1' },
  { field: 'jobs', label: 'Runs at a time', hint: 'one per core' },
  { field: 'memory', label: 'Memory', hint: '4G' },
  { field: 'gres', label: 'Generic resources', hint: 'gpu:1' },
  { field: 'seeds_per_task', label: 'Seeds in a task', hint: 'as many as cores' },
  { field: 'array_limit', label: 'Tasks at a time', hint: 'no limit' },
  { field: 'container', label: 'Apptainer image', hint: 'none' },
  { field: 'grace', label: 'Seconds to save in', hint: '120' },
  { field: 'restarts', label: 'Restarts at the limit', hint: '20' },
] as const;

type Asked = (typeof ASKED)[number]['field'];

export interface ClusterForm {
  name: string;
  /** '' is this machine. */
  host: string;
  folder: string;
  shared: boolean;
  command: string;
  asked: Record<Asked, string>;
  /** A line each. */
  setup: string;
  more: string;
  weights: boolean;
}

const NUMBERS: ReadonlySet<string> = new Set([
  'cpus',
  'jobs',
  'seeds_per_task',
  'array_limit',
  'grace',
  'restarts',
]);

/** A form to begin with: of a cluster that is there, or an empty one. */
export function formOf(cluster: ClusterSettings | null, hints: ClusterHints | null): ClusterForm {
  const options = cluster?.options ?? slurmOptionsSchema.parse({});
  const here = cluster ? cluster.place.host === null : hints?.slurm !== null;
  const asked = ASKED.map(({ field }) => [field, cluster ? String(options[field] ?? '') : '']);
  return {
    name: cluster?.name ?? (here ? 'Slurm here' : ''),
    host: cluster ? (cluster.place.host ?? '') : here ? '' : (hints?.hosts[0] ?? ''),
    folder: cluster?.place.folder ?? (here ? (hints?.folder ?? '') : ''),
    shared: cluster?.place.shared ?? false,
    command: (cluster?.place.command ?? (here ? (hints?.command ?? []) : ['credence'])).join(' '),
    asked: Object.fromEntries(asked) as ClusterForm['asked'],
    setup: options.setup.join('\n'),
    more: options.more.join('\n'),
    weights: options.weights,
  };
}

/** What the form says; whoever gets it judges it. */
export function clusterOf(form: ClusterForm): ClusterSettings {
  const given = ASKED.map(({ field }) => [field, form.asked[field].trim()] as const).filter(
    ([, text]) => text !== '',
  );
  const options = given.map(([field, text]) => [field, NUMBERS.has(field) ? Number(text) : text]);
  const host = form.host.trim();
  return {
    name: form.name.trim(),
    place: {
      host: host === '' ? null : host,
      folder: form.folder.trim(),
      shared: host !== '' && form.shared,
      command: form.command.trim().split(/\s+/),
    },
    options: {
      ...Object.fromEntries(options),
      ...{ setup: linesOf(form.setup), more: linesOf(form.more), weights: form.weights },
    } as ClusterSettings['options'],
  };
}

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
