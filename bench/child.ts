/** A child process that answers each line with a line of JSON. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Child {
  /** Sends a line, if given, and waits for the next line the process prints. */
  next(line?: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Last lines of error output kept for the message when a process ends too early. */
const KEPT = 2000;

export function startChild(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): Child {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-KEPT)));
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(`ended with ${signal ?? code}: ${errors.trim()}`));
  });
  child.stdin.on('error', () => {}); // said by `ended`
  return {
    async next(line) {
      if (line !== undefined) child.stdin.write(`${line}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ${args.join(' ')} ${await ended}`);
      return JSON.parse(value);
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}
