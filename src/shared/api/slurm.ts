/** API: clusters with Slurm, and the jobs that were sent there. */
import { z } from 'zod';
import { slurmOptionsSchema, slurmPlaceSchema, type JobRecord } from '../slurm.ts';
import { id } from './experiments.ts';

/** A cluster as the user described it: where it is, and what a job asks for there. */
export const clusterSchema = z.strictObject({
  name: z.string().trim().min(1, 'is empty; give the cluster a name').max(60),
  place: slurmPlaceSchema,
  options: slurmOptionsSchema.prefault({}),
});

export type ClusterSettings = z.output<typeof clusterSchema>;

/** What this machine knows of clusters, before one is described. */
export interface ClusterHints {
  /** Slurm's version, where its commands are on this machine; null where they are not. */
  slurm: string | null;
  /** Hosts that the user's own ssh config names. */
  hosts: string[];
  /** Where jobs would lie on this machine. */
  folder: string;
  /** How this Credence is started. */
  command: string[];
}

/** A job with what became of its runs. */
export interface JobView extends JobRecord {
  /** Runs, and those of them that are done. */
  runs: number;
  done: number;
  /** Runs that no task trains any more although they are not done. */
  left: number;
  experiments: { id: number; name: string }[];
  /** The sweep that they are all of; null where there is none. */
  sweep: number | null;
}

const job = z.strictObject({ job: id });

export const slurmArguments = {
  'slurm.hints': z.strictObject({}),
  /** Asks the cluster whether it can take a job; nothing is sent. */
  'slurm.check': clusterSchema,
  'slurm.jobs': z.strictObject({}),
  /** Asks how a job stands, and brings what it found. */
  'slurm.collect': job,
  'slurm.cancel': job,
  /** Sends the tasks again that ended early. */
  'slurm.resume': job,
} satisfies Record<keyof SlurmReplies, z.ZodType>;

export interface SlurmReplies {
  'slurm.hints': ClusterHints;
  /** What was found, in words. */
  'slurm.check': string;
  /** Newest first. */
  'slurm.jobs': JobView[];
  'slurm.collect': JobView;
  'slurm.cancel': JobView;
  'slurm.resume': JobView;
}

export interface SlurmEvents {
  /** All jobs, as they are now. */
  jobs: JobView[];
}
