/** Options by which `run` and `sweep` train on a cluster. */
import { Option, type Command } from 'commander';

/** What commander reads of them. */
export interface SlurmFlags {
  slurm?: boolean;
  wait?: boolean;
  ssh?: string;
  slurmFolder?: string;
  shared?: boolean;
  slurmCommand?: string;
  partition?: string;
  account?: string;
  gres?: string;
  time?: string;
  cpus?: string;
  memory?: string;
  seedsPerTask?: string;
  arrayLimit?: string;
  setup?: string[];
  container?: string;
  grace?: string;
  restarts?: string;
  weights?: boolean;
  sbatch?: string[];
  /** Of every command that trains: here it is of one task. */
  jobs?: string;
}

const HELP: [flags: string, help: string][] = [
  ['--slurm', 'train on a cluster with Slurm, as one array job, in place of this machine'],
  ['--wait', 'stay until all is trained, collected and summed up'],
  ['--ssh <host>', 'the cluster, as your ssh config names it (default: Slurm is on this machine)'],
  [
    '--slurm-folder <folder>',
    'where the job lies, as the nodes see it (default: beside the database; by --ssh, in your home folder there)',
  ],
  ['--shared', 'with --ssh: this machine sees that folder, too, and nothing is copied'],
  ['--slurm-command <command>', 'with --ssh: what starts Credence there (default: credence)'],
  ['--partition <name>', 'partition'],
  ['--account <name>', 'account that pays'],
  ['--gres <list>', 'generic resources of a task, such as gpu:1'],
  ['--time <limit>', 'time limit of a task: 90 (minutes), 04:00:00, 1-12:00:00'],
  ['--cpus <n>', 'cores of a task; one run trains per core, or as many as --jobs says (default: 1)'],
  ['--memory <size>', 'memory of a task, such as 4G'],
  ['--seeds-per-task <n>', 'seeds of a task (default: as many as cores)'],
  ['--array-limit <n>', 'tasks at a time'],
  [
    '--setup <line>',
    'line of the script before Credence starts, such as "module load cuda"; may be repeated',
  ],
  ['--container <image>', 'image that Apptainer runs Credence in'],
  ['--grace <seconds>', 'how long before its time limit a task saves and is queued again (default: 120)'],
  ['--restarts <n>', 'how often a task that reached its time limit is queued again (default: 20)'],
  ['--weights', 'bring the weights that runs keep, too'],
  ['--sbatch <option>', 'further option of sbatch, such as --sbatch=--qos=high; may be repeated'],
];

/** Adds them to a command, under a heading of their own. */
export function slurmOptions(command: Command): Command {
  for (const [flags, help] of HELP) {
    const option = new Option(flags, help).helpGroup('On a cluster:');
    if (/repeated$/.test(help))
      option.argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value]);
    command.addOption(option);
  }
  return command;
}
