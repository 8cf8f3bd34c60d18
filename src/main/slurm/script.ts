/** The script that Slurm runs for each task of a job. */
import path from 'node:path';
import { quote } from 'shell-quote';
import { slurmName, type JobRecord, type SlurmOptions } from '#shared/slurm.ts';

/** The signal that announces the end of a task's time. */
export const LIMIT_SIGNAL = 'SIGUSR2';

/**
 * Writes the script. Credence takes the place of the shell, so that Slurm's signals reach it.
 * @param folder of the job, where the nodes see it
 * @param only tasks that are to run; all of the array are named by their index
 */
export function scriptOf(job: JobRecord, folder: string, only: readonly number[]): string {
  const { options, place } = job;
  const task = [...inContainer(options, folder), ...place.command, 'slurm', 'task', folder];
  return [
    '#!/bin/bash',
    ...headers(job, folder, only).map((text) => `#SBATCH ${text}`),
    '',
    '# What announces the end of the time may come before Credence listens: it must not end the shell.',
    `trap '' ${LIMIT_SIGNAL.slice(3)}`,
    ...options.setup,
    `exec ${quote(task)} "$SLURM_ARRAY_TASK_ID"`,
    '',
  ].join('\n');
}

function headers(job: JobRecord, folder: string, only: readonly number[]): string[] {
  const { partition, account, gres, time, cpus, memory, array_limit, grace, more } = job.options;
  const limit = array_limit === null ? '' : `%${array_limit}`;
  return [
    `--job-name=${slurmName(job)}`,
    `--array=${arrayText(only)}${limit}`,
    // Slurm's own letters (%A, %a) would be read in the path.
    `--chdir=${shellWord(folder)}`,
    '--output=log/task-%a.txt',
    '--open-mode=append',
    `--signal=B:${LIMIT_SIGNAL.slice(3)}@${grace}`,
    '--requeue',
    '--ntasks=1',
    `--cpus-per-task=${cpus}`,
    ...Object.entries({ partition, account, gres, time, mem: memory }).flatMap(([name, value]) =>
      value === null ? [] : [`--${name}=${value}`],
    ),
    ...more,
  ];
}

/** A path as a line for sbatch has it: in quotes where a space would end it. */
const shellWord = (text: string) =>
  /[\s"'#]/.test(text) ? `"${text.replaceAll('"', String.raw`\"`)}"` : text;

function inContainer({ container }: SlurmOptions, folder: string): string[] {
  return container === null ? [] : ['apptainer', 'exec', '--bind', folder, container];
}

/** `0-3,5`: the numbers of tasks as `sbatch --array` takes them. */
export function arrayText(indices: readonly number[]): string {
  const spans: [from: number, to: number][] = [];
  for (const index of indices.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else spans.push([index, index]);
  }
  return spans.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** Where a task of a job keeps what it does. */
export const taskFolder = (folder: string, index: number): string => path.join(folder, `task-${index}`);
