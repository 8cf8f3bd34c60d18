/** A real sshd on loopback, with keys and settings of its own; nobody's ssh config is read or changed. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from './credence.ts';

export interface Ssh {
  /** The name it goes by. */
  host: string;
  /** What Credence needs to find it. */
  env: { CREDENCE_SSH: string };
  stop(): Promise<void>;
}

const PORT = 16_822;

/** Whether it can be started. */
export const hasSshd = (): boolean => existsSync('/usr/sbin/sshd') && existsSync('/usr/bin/ssh');

/** @param environment of what is run there */
export async function startSsh(folder: string, environment: Record<string, string>): Promise<Ssh> {
  mkdirSync(folder, { recursive: true });
  mkdirSync('/run/sshd', { recursive: true });
  const file = (name: string) => path.join(folder, name);
  for (const key of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  writeFileSync(file('sshd.conf'), serverConf(folder, settings.join(' ')));
  writeFileSync(file('ssh.conf'), clientConf(folder));
  execFileSync('/usr/sbin/sshd', ['-f', file('sshd.conf')]);
  await until(() => existsSync(file('sshd.pid')), 'sshd');
  return {
    host: 'lab',
    env: { CREDENCE_SSH: `ssh -F ${file('ssh.conf')}` },
    async stop() {
      const pid = Number(readFileSync(file('sshd.pid'), 'utf8'));
      process.kill(pid);
      await until(() => !existsSync(`/proc/${pid}`), 'the end of sshd');
    },
  };
}

const serverConf = (folder: string, environment: string) => `Port ${PORT}
ListenAddress 127.0.0.1
HostKey ${folder}/host
PidFile ${folder}/sshd.pid
AuthorizedKeysFile ${folder}/user.pub
PermitRootLogin yes
StrictModes no
UsePAM no
SetEnv ${environment}
`;

const clientConf = (folder: string) => `Host lab
  HostName 127.0.0.1
  Port ${PORT}
  IdentityFile ${folder}/user
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
`;
