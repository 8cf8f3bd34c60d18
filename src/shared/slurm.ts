/** Training on a cluster: what is asked of Slurm, and what is known of a job that was sent there. */
import { z } from 'zod';

/** A word for Slurm that cannot become anything else in a script. */
const word = z
  .string()
  .trim()
  .max(200)
  .regex(/^[\w.,:=@%+/()[\]*-]+$/, 'has characters that no name in Slurm has; write it as "sbatch" takes it');

const whole = (most: number) => z.int().min(1).max(most);

/** One line of a script, as it stands. */
const line = z
  .string()
  .max(1000)
  .regex(/^[^\r\n\0]*$/, 'is more than one line; give each line by itself');

/** Resources of a task, and what Slurm is asked beside. Empty means: as the cluster has it by default. */
export const slurmOptionsSchema = z.strictObject({
  partition: word.nullable().default(null),
  account: word.nullable().default(null),
  gres: word.nullable().default(null),
  /** Of one task, as `sbatch --time` takes it. */
  time: z
    .string()
    .trim()
    .regex(
      /^(\d{1,6}|\d{1,4}:\d{2}(:\d{2})?|\d{1,3}-\d{1,2}(:\d{2}){0,2})$/,
      'is no time; write 90 (minutes), 04:00:00, or 1-12:00:00 (a day and a half)',
    )
    .nullable()
    .default(null),
  /** Cores of a task, shared out among the runs that train at a time. */
  cpus: whole(1024).default(1),
  /** Runs that a task trains at a time; one per core unless said. On one GPU rather 1. */
  jobs: whole(999).nullable().default(null),
  memory: z
    .string()
    .trim()
    .regex(/^\d{1,7}[KMGT]?$/, 'is no size; write 4G, or 4096 (megabytes)')
    .nullable()
    .default(null),
  /** Seeds of one task, one after the other where they are more than its cores; as many as cores unless said. */
  seeds_per_task: whole(1000).nullable().default(null),
  /** Tasks at a time. */
  array_limit: whole(10_000).nullable().default(null),
  /** Lines before Credence starts, such as `module load cuda`. */
  setup: z.array(line).max(50).default([]),
  /** An image that Apptainer runs Credence in. */
  container: line.min(1).nullable().default(null),
  /** Seconds before the time limit at which a task saves, and asks to be queued again. */
  grace: z.int().min(10).max(3600).default(120),
  /** How often a task that ran into its time limit is queued again. */
  restarts: z.int().min(0).max(1000).default(20),
  /** Bring the weights that runs keep along with their results. */
  weights: z.boolean().default(false),
  /** Further options of `sbatch`, each as `--name=value`. */
  more: z
    .array(line.regex(/^--[a-z][a-z-]*(=.+)?$/, 'is no option of sbatch; write --qos=high'))
    .max(50)
    .default([]),
});

export type SlurmOptions = z.infer<typeof slurmOptionsSchema>;

/** Where a cluster is, and how Credence is called there. */
export const slurmPlaceSchema = z.strictObject({
  /** A name of the user's own ssh config, or `user@host`; null: Slurm's commands are on this machine. */
  host: z
    .string()
    .trim()
    .regex(
      /^[A-Za-z0-9_][\w.@:-]{0,200}$/,
      'is no host of ssh; write a name of your ssh config, or user@host',
    )
    .nullable()
    .default(null),
  /** Where the folders of jobs lie there, as an absolute path; the nodes must see it. */
  folder: z
    .string()
    .regex(
      /^\/[^\r\n\0]*$/,
      'is no absolute path; write where the nodes find it, such as /scratch/me/credence',
    )
    .max(1000),
  /** Whether that folder is this machine's, too: then nothing is copied. */
  shared: z.boolean().default(false),
  /** What starts Credence there. */
  command: z.array(line.min(1)).min(1).max(20),
});

export type SlurmPlace = z.infer<typeof slurmPlaceSchema>;

/** What becomes of a job as a whole. */
type JobState = 'sending' | 'live' | 'over' | 'refused';

/** What is known of one task of a job. */
export interface JobTask {
  /** Its number in the array. */
  index: number;
  /** As Slurm calls it: `12_3`; null before Slurm was seen to know it. */
  slurm_id: string | null;
  /** Slurm's word: `PENDING`, `RUNNING`, `TIMEOUT`, …; null before it was seen. */
  state: string | null;
  /** Where it waits or how it ended, in words; null while there is nothing to say. */
  why: string | null;
  node: string | null;
  /** How often it was started. */
  attempts: number;
  /** How much of its training is done, from 0 to 1. */
  fraction: number;
  /** Of its results, how many were brought here. */
  collected: number;
  /** When Slurm was first seen to have ended it; null before. */
  over_at: string | null;
}

/** A job that was sent to a cluster. */
export interface JobRecord {
  id: number;
  uid: string;
  name: string;
  created_at: string;
  place: SlurmPlace;
  options: SlurmOptions;
  state: JobState;
  /** When the cluster was last asked. */
  asked_at: string | null;
  /** Why it was refused, or could not be asked last; null where nothing is wrong. */
  error: string | null;
  tasks: JobTask[];
}

/** Name of a job in Slurm's lists, by which it is found whatever became of the answer to `sbatch`. */
export const slurmName = ({ uid }: Pick<JobRecord, 'uid'>): string => `credence-${uid.slice(0, 13)}`;

/** Whether the cluster is to be asked about a job: so too where the program ended before it heard what became of it. */
export const isUnderWay = ({ state }: Pick<JobRecord, 'state'>): boolean =>
  state === 'live' || state === 'sending';
