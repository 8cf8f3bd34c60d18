/** `credence serve` and `credence app`: the app in a browser, served on the loopback interface. */
import { UserError } from '#shared/errors.ts';
import { createService } from '../../api/service.ts';
import { keepAwake } from '../../keep-awake.ts';
import { forkTrainer } from '../../runs/fork-link.ts';
import { hasScreen, openAsApp, openInBrowser, type Opened } from '../../server/browser.ts';
import { startServer } from '../../server/server.ts';
import { serveAtUsualPort } from '../../server/usual-port.ts';
import { windowFiles } from '../../server/window-files.ts';
import { onStop, stoppingText, type StopCause } from '../../stopping.ts';
import { openForCommand } from '../history-option.ts';
import { note, print } from '../output.ts';

interface ServeOptions {
  /** The usual one unless given. */
  port?: string;
  db?: string;
  open: boolean;
  /** As a window of its own (`credence app`). */
  app?: boolean;
}

/** Serves until it is told to stop. @returns the exit code */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const port = options.port === undefined ? null : parsePort(options.port);
  const files = await windowFiles(note);
  const history = openForCommand(options.db);
  const service = createService({ history, launch: forkTrainer, host: 'server', awake: keepAwake });
  const stop = stopped(() => service.unfinished());
  try {
    const server =
      port === null
        ? await serveAtUsualPort(history, { service, files }, (text) => note(`credence: ${text}`))
        : await startServer({ service, files, port });
    print(`Credence: ${server.url}`);
    // What the window asks for first is worked out while the browser starts.
    void service.call('experiments.list', {});
    if (options.open) await openWindow(server.url, options.app ?? false);
    const cause = await stop;
    await server.close();
    for (const line of await service.close(cause.name)) note(line);
    return cause.code;
  } catch (error) {
    await service.close();
    throw error;
  }
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65535) return port;
  throw new UserError('serve.port', `--port: "${text}" is not a port; give a number from 0 (any) to 65535`);
}

/** Where there is a screen; the printed address stands in any case. */
async function openWindow(url: string, asApp: boolean): Promise<void> {
  if (!hasScreen()) {
    if (asApp) note('credence: there is no screen here; open the address above in a browser');
    return;
  }
  const opened = await (asApp ? openAsApp(url) : openInBrowser(url));
  if (!opened) note('credence: no browser could be opened; open the address above');
  else if (asApp) note(openedText(opened));
}

function openedText({ browser, app }: Opened): string {
  return app
    ? `opened as a window of ${browser}; Ctrl-C ends Credence`
    : `opened in ${browser}, as no browser of Chromium's family (Chrome, Chromium, Edge, Brave) could; Ctrl-C ends Credence`;
}

/** Resolves at the first signal, or when nobody reads any more; a second signal leaves at once. */
function stopped(unfinished: () => number): Promise<StopCause> {
  return new Promise((resolve) => {
    onStop((cause) => {
      if (unfinished() > 0) note(stoppingText(cause));
      resolve(cause);
    });
  });
}
