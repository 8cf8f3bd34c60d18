/**
 * A real Slurm on this machine alone, in a folder of its own: one controller, one node, loopback addresses, and a
 * partition whose jobs push those of the other one out of the node.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import path from 'node:path';
import { until } from './credence.ts';

/** Daemons are not on everybody's path. */
const PATH = [process.env['PATH'], '/usr/sbin', '/sbin'].join(':');

/** Why there can be none; null where there can. */
export function noSlurm(): string | null {
  if (process.getuid?.() !== 0) return 'Slurm can be started by root only';
  const missing = ['slurmctld', 'slurmd', 'munged'].filter(
    (name) => spawnSync('which', [name], { env: { PATH } }).status !== 0,
  );
  return missing.length === 0 ? null : `${missing.join(', ')} not installed (slurm-wlm, munge)`;
}

export interface Slurm {
  /** What its commands need. */
  env: { SLURM_CONF: string };
  run(command: string, ...args: string[]): string;
  stop(): Promise<void>;
}

/**
 * Starts it, and waits until its node is idle.
 * @param port the first of two, so that tests may have one each at the same time
 */
export async function startSlurm(folder: string, port = 16_817): Promise<Slurm> {
  const conf = path.join(folder, 'slurm.conf');
  const env = { SLURM_CONF: conf };
  for (const name of ['state', 'spool', 'log']) mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(conf, confOf(folder, port));
  startMunge();
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, {
      env: { ...process.env, PATH, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  run('slurmctld');
  await until(() => answers(run), 'the controller of Slurm');
  run('slurmd');
  await until(() => run('sinfo', '-h', '-o', '%t', '-p', 'all').includes('idle'), 'an idle node of Slurm');
  return { env, run, stop: () => stop(folder) };
}

function answers(run: Slurm['run']): boolean {
  try {
    return run('sinfo', '-h', '-o', '%t').length > 0;
  } catch {
    return false;
  }
}

/** It is one for the whole machine. */
function startMunge(): void {
  if (spawnSync('bash', ['-c', 'munge -n | unmunge'], { stdio: 'ignore' }).status === 0) return;
  execFileSync(
    'bash',
    ['-c', 'mkdir -p /run/munge && chown munge: /run/munge && runuser -u munge -- munged --force'],
    { stdio: 'ignore', env: { ...process.env, PATH } },
  );
}

async function stop(folder: string): Promise<void> {
  for (const name of ['d.pid', 'ctld.pid']) {
    const file = path.join(folder, name);
    if (!existsSync(file)) continue;
    const pid = Number(readFileSync(file, 'utf8'));
    process.kill(pid);
    await until(() => !existsSync(`/proc/${pid}`), `the end of process ${pid}`);
  }
}

/** A task that was queued again starts after `cred_expire` seconds, by default two minutes. */
const confOf = (folder: string, port: number) => `ClusterName=one
SlurmctldHost=${hostname().split('.')[0]}(127.0.0.1)
SlurmctldPort=${port}
SlurmdPort=${port + 1}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SlurmctldPidFile=${folder}/ctld.pid
SlurmdPidFile=${folder}/d.pid
SlurmdSpoolDir=${folder}/spool
StateSaveLocation=${folder}/state
SlurmctldLogFile=${folder}/log/ctld.log
SlurmdLogFile=${folder}/log/d.log
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName=${hostname().split('.')[0]} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
`;
