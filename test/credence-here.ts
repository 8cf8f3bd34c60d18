/**
 * The real command line in this process: for tests of what a command says, not of its process, which spares each call
 * the start of one. One call at a time: output, environment and working folder are those of the process.
 */
import { credence, type Finished } from './credence.ts';

const OUTPUTS = ['stdout', 'stderr'] as const;

/** Commands that train, or look into weights, in processes of their own. */
const WORKING = new Set(['run', 'resume', 'extend', 'repeat', 'sweep', 'analyse']);

/** As `credence`, in this process where the command trains nothing. One call at a time. */
export function credenceNear(args: string[], home: string, cwd = home): Promise<Finished> {
  return (WORKING.has(args[0]!) ? credence : credenceHere)(args, home, cwd);
}

/**
 * As `credence`, of a command that trains nothing. It takes no environment: where data lie by default is read once in
 * a process, and a command that is let through must find no folder but the test's.
 */
export async function credenceHere(args: string[], home: string, cwd = home): Promise<Finished> {
  const before = { env: process.env, cwd: process.cwd(), exitCode: process.exitCode };
  process.env = { ...before.env, CREDENCE_HOME: home };
  process.chdir(cwd);
  const [stdout, stderr] = OUTPUTS.map(taken);
  try {
    const { main } = await import('#main/cli/main.ts');
    await main([process.execPath, 'credence', ...args]);
    const code = Number(process.exitCode ?? 0);
    return { code, signal: null, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const output of [stdout, stderr]) output.giveBack();
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
  }
}

/** Keeps what is written to an output, and the listeners that were there. */
function taken(name: (typeof OUTPUTS)[number]) {
  const output = process[name];
  const { write } = output;
  const listeners = output.listeners('error');
  let text = '';
  output.write = (chunk: string | Uint8Array, ...more: unknown[]) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const written = more.at(-1);
    if (typeof written === 'function') setImmediate(written as () => void);
    return true;
  };
  return {
    text: () => text,
    giveBack() {
      output.write = write;
      for (const listener of output.listeners('error'))
        if (!listeners.includes(listener)) output.off('error', listener as () => void);
    },
  };
}
