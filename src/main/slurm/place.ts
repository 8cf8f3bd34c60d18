/** A place that has Slurm: this machine, or a cluster that the user's own ssh reaches. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { quote } from 'shell-quote';
import { showValue, UserError } from '#shared/errors.ts';
import type { SlurmPlace } from '#shared/slurm.ts';

/** What a program said, and how it ended. */
interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Cluster {
  /** In words: `this machine`, or the host. */
  readonly name: string;
  /** Runs a program there. @throws UserError `slurm.ssh`, `slurm.missing` */
  run(command: readonly string[]): Promise<Ran>;
  /** Copies files of a folder there, or all of it, where it is not the same one. @throws UserError `slurm.copy` */
  send(folder: string, there: string, names?: readonly string[]): Promise<void>;
  /** Brings files of a folder there, those that exist, to a folder here. @throws UserError `slurm.copy` */
  bring(there: string, names: readonly string[], folder: string): Promise<void>;
}

/** The way to a place. */
export function clusterAt(place: SlurmPlace): Cluster {
  const name = place.host ?? 'this machine';
  const run = (command: readonly string[]) => execute(command, place.host);
  if (place.host === null || place.shared) return { name, run, send: nothing, bring: nothing };
  const { host } = place;
  return {
    name,
    run,
    async send(folder, there, names = ['.']) {
      const unpack = `mkdir -p ${quote([there])} && tar -xf - -C ${quote([there])}`;
      await copy(['tar', '-cf', '-', '-C', folder, ...names], overSsh(host, unpack), `to ${showValue(host)}`);
    },
    async bring(there, names, folder) {
      mkdirSync(folder, { recursive: true });
      // Files that are not there yet are no error.
      const pack = `cd ${quote([there])} && ls -d ${quote([...names])} 2>/dev/null | tar -cf - -T -`;
      await copy(overSsh(host, pack), ['tar', '-xf', '-', '-C', folder], `from ${showValue(host)}`);
    },
  };
}

const nothing = () => Promise.resolve();

/** A host that does not answer, or asks for a password, is an error and no wait without end. */
const SSH_OPTIONS = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=20'];

/** `CREDENCE_SSH` names another ssh, with options of its own, as `GIT_SSH_COMMAND` does for git. */
const ssh = (): string[] => process.env['CREDENCE_SSH']?.trim().split(/\s+/) ?? ['ssh'];

const overSsh = (host: string, command: string): string[] => [...ssh(), ...SSH_OPTIONS, '--', host, command];

/** What ssh itself ends with. */
const SSH_FAILED = 255;

async function execute(command: readonly string[], host: string | null): Promise<Ran> {
  const ran = await output(host === null ? [...command] : overSsh(host, quote([...command])));
  if (host !== null && ran.code === SSH_FAILED)
    throw new UserError(
      'slurm.ssh',
      `ssh ${showValue(host)}: ${lastLine(ran.stderr) || 'the connection ended'}; "ssh ${host} true" must work without a question`,
    );
  return ran;
}

function output(command: readonly string[]): Promise<Ran> {
  const child = start(command, ['ignore', 'pipe', 'pipe']);
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
  return ended(child, command[0]).then((code) => ({ code, ...said }));
}

/** Pipes one program into another. @param way in words, for messages */
async function copy(from: readonly string[], to: readonly string[], way: string): Promise<void> {
  const reader = start(from, ['ignore', 'pipe', 'pipe']);
  const writer = start(to, ['pipe', 'ignore', 'pipe']);
  let said = '';
  for (const child of [reader, writer])
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  // A writer that is gone is told of by how it ended.
  writer.stdin?.on('error', () => {});
  reader.stdout?.pipe(writer.stdin!);
  const codes = await Promise.all([ended(reader, from[0]), ended(writer, to[0])]);
  if (codes.every((code) => code === 0)) return;
  throw new UserError(
    'slurm.copy',
    `files could not be copied ${way}: ${lastLine(said) || `exit codes ${codes.join(' and ')}`}; what is there already is kept, try again`,
  );
}

function start(command: readonly string[], stdio: ('ignore' | 'pipe')[]) {
  const [program, ...args] = command;
  return spawn(program, args, { stdio });
}

/** @returns the exit code; 128 and more where a signal ended it */
function ended(child: ReturnType<typeof spawn>, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(missing(program, error)));
    child.once('close', (code) => resolve(code ?? 128));
  });
}

function missing(program: string, error: NodeJS.ErrnoException): UserError {
  const help =
    program === ssh()[0] || program === 'tar'
      ? `install ${program}`
      : 'run this where Slurm is, or name a cluster that ssh reaches by --ssh HOST';
  return new UserError(
    'slurm.missing',
    `${program} cannot be started here (${error.code ?? error.message}); ${help}`,
    { cause: error },
  );
}

/** The last line that says something: what comes before is often a greeting. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';

/** The user's home folder on a host. @throws UserError `slurm.ssh` */
export async function homeThere(host: string): Promise<string> {
  const { code, stdout, stderr } = await execute(['printenv', 'HOME'], host);
  const home = lastLine(stdout);
  if (code === 0 && home.startsWith('/')) return home;
  throw new UserError(
    'slurm.ssh',
    `ssh ${showValue(host)}: names no home folder (${lastLine(stderr) || lastLine(stdout) || `exit code ${code}`}); say where the job may lie by --slurm-folder`,
  );
}
