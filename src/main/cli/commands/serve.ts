/** `credence serve`: the app in a browser, served on the loopback interface. */
import { UserError } from '#shared/errors.ts';
import { createService } from '../../api/service.ts';
import { forkTrainer } from '../../runs/fork-link.ts';
import { startServer } from '../../server/server.ts';
import { windowFiles } from '../../server/window-files.ts';
import { EXIT } from '../exit.ts';
import { openForCommand } from '../history-option.ts';
import { note, print } from '../output.ts';

interface ServeOptions {
  port: string;
  db?: string;
  open: boolean;
}

/** Serves until it is told to stop. @returns the exit code */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const port = parsePort(options.port);
  const files = await windowFiles(note);
  const service = createService({ history: openForCommand(options.db), launch: forkTrainer, host: 'server' });
  try {
    const server = await startServer({ service, files, port });
    print(`Credence: ${server.url}`);
    // What the window asks for first is worked out while the browser starts.
    void service.call('experiments.list', {});
    if (options.open) await openBrowser(server.url);
    await stopSignal(() => service.unfinished());
    await server.close();
  } finally {
    await service.close();
  }
  return EXIT.ok;
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65535) return port;
  throw new UserError('serve.port', `--port: "${text}" is not a port; give a number from 0 (any) to 65535`);
}

/** Opens the default browser where there is a screen; the printed address stands in any case. */
async function openBrowser(url: string): Promise<void> {
  const headless = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  if (headless) return;
  const { default: open } = await import('open');
  const child = await open(url).catch(() => null);
  child?.on('error', () => note('credence: no browser could be opened; open the address above'));
}

/** Resolves at Ctrl-C or a termination signal; a second one leaves at once. */
function stopSignal(unfinished: () => number): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = () => {
      if (stopping) process.exit(EXIT.interrupted);
      stopping = true;
      if (unfinished() > 0) note('credence: saving what was reached (press Ctrl-C again to leave at once)');
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
