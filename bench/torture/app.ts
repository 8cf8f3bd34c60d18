/** The served app as a window sees it, without a browser: signed in, asked over HTTP. */
import { unwrapEnvelope, type Envelope } from '#shared/envelope.ts';
import type { Arguments, Method, Reply } from '#shared/contract.ts';
import { endServer, serve } from '#test/e2e/browser.ts';

export interface ServedApp {
  /** Process of `credence serve`. */
  pid: number;
  /** @throws ApiError */
  call<M extends Method>(method: M, args: Arguments<M>): Promise<Reply<M>>;
  /** Everything it printed. */
  output(): string;
  close(): Promise<void>;
}

/** Serves a data folder and signs in. @param env beside that of this process */
export async function serveApp(home: string, env: NodeJS.ProcessEnv = {}): Promise<ServedApp> {
  const { server, url } = await serve(home, env);
  const { origin } = new URL(url);
  const signedIn = await fetch(url, { redirect: 'manual' });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0];
  if (!cookie || !server.child.pid) throw new Error(`no window is let in: ${server.output()}`);
  return {
    pid: server.child.pid,
    output: server.output,
    close: () => endServer(server),
    async call(method, args) {
      const headers = { cookie, origin, 'content-type': 'application/json' };
      const body = JSON.stringify(args);
      const response = await fetch(`${origin}/api/${method}`, { method: 'POST', headers, body });
      return unwrapEnvelope((await response.json()) as Envelope<Reply<typeof method>>);
    },
  };
}

/** Waits until no run waits or trains. @param seconds after which it counts as hung */
export async function idle({ call }: ServedApp, seconds = 300): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const { running, waiting } = await call('runs.queue', {});
    if (running.length + waiting.length === 0) return;
    if (performance.now() > end) throw new Error(`runs still train after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
