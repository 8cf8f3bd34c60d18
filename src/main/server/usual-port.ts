/** The port at which a history is served, the same each time, so that links to its views go on working. */
import { UserError } from '#shared/errors.ts';
import type { History } from '../history/history.ts';
import { startServer, type RunningServer, type ServerOptions } from './server.ts';

const PORT = 'served_port';

/** What is remembered; 0, any free one, where nothing is. */
export function usualPort(history: History): number {
  const kept = history.readSetting(PORT);
  return typeof kept === 'number' && Number.isInteger(kept) && kept > 0 && kept <= 65_535 ? kept : 0;
}

/**
 * Serves at the port of last time, or at a free one where another program has that; the first one is remembered.
 * @param tell told where the port is another than last time
 */
export async function serveAtUsualPort(
  history: History,
  options: Omit<ServerOptions, 'port'>,
  tell: (text: string) => void,
): Promise<RunningServer> {
  const usual = usualPort(history);
  try {
    const server = await startServer({ ...options, port: usual });
    if (usual === 0) history.writeSetting(PORT, server.port);
    return server;
  } catch (error) {
    if (usual === 0 || !(error instanceof UserError)) throw error;
    tell(
      `port ${usual}, at which this history was served before, is taken: links to it do not work until it is free again`,
    );
    return startServer({ ...options, port: 0 });
  }
}
