/** Asking before something happens. */
import { createInterface } from 'node:readline';
import { note } from './output.ts';

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks for y or n; anything else, the end of the input too, is no. */
export function confirm(question: string): Promise<boolean> {
  // Not as a terminal, so that Ctrl-C stays a signal.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  return new Promise((resolve) => {
    const ended = () => {
      note('');
      resolve(false);
    };
    lines.on('close', ended);
    lines.question(`${question} [y/N] `, (answer) => {
      lines.off('close', ended).close();
      resolve(/^\s*y(es)?\s*$/i.test(answer));
    });
  });
}
