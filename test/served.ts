/** The real server over a service in this process, for tests that speak to it by hand. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { createService, type Service } from '#main/api/service.ts';
import { openHistory } from '#main/history/history.ts';
import { forkTrainer } from '#main/runs/fork-link.ts';
import { startServer, type RunningServer } from '#main/server/server.ts';
import type { Envelope } from '#shared/contract.ts';
import { temporaryFolder, writeIn } from './credence.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Send {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export const JSON_TYPE = { 'content-type': 'application/json' };

/** Serves a data folder and a page of three files from before the first test to after the last. */
export function servedHere() {
  let home: string;
  let service: Service;
  let server: RunningServer;
  let cookie: string;

  beforeAll(async () => {
    home = temporaryFolder();
    const files = temporaryFolder();
    writeIn(files, 'index.html', '<!doctype html><html lang="en"><title>Credence</title></html>');
    writeIn(files, 'app.js', 'export {}');
    mkdirSync(path.join(files, 'assets'));
    writeIn(files, path.join('assets', 'window-1a2b3c4d.js'), 'export {}');
    writeIn(home, 'secret.txt', 'secret');
    const history = openHistory(path.join(home, 'history.sqlite'));
    service = createService({ history, launch: forkTrainer, host: 'server' });
    server = await startServer({ service, files, port: 0 });
    cookie = await signIn();
  });
  afterAll(async () => {
    await server.close();
    await service.close();
  });

  /** Sends a request just as given; `fetch` would mend it. */
  function send({ method = 'GET', path: target = '/', headers = {}, body }: Send): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({ host: '127.0.0.1', port: server.port, method, path: target, headers });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      outgoing.end(body);
    });
  }

  async function signIn(): Promise<string> {
    const { status, headers } = await send({ path: new URL(server.url).search.replace(/^/, '/') });
    expect([status, headers.location]).toEqual([303, '/']);
    return headers['set-cookie']![0].split(';')[0];
  }

  const api = (method: string, args: unknown, headers: Record<string, string> = {}): Send => ({
    method: 'POST',
    path: `/api/${method}`,
    headers: { cookie, ...JSON_TYPE, ...headers },
    body: typeof args === 'string' ? args : JSON.stringify(args),
  });

  async function call(method: string, args: unknown = {}): Promise<unknown> {
    const { status, text } = await send(api(method, args));
    const envelope = JSON.parse(text) as Envelope;
    if (!envelope.ok) throw new Error(`${status} ${envelope.error.message}`);
    return envelope.value;
  }

  /** Everything a refused request might have changed. */
  const stateOf = () =>
    Promise.all([
      call('experiments.list', { archived: true }),
      call('settings.get'),
      call('runs.queue'),
      call('design.presets'),
      call('datasets.list'),
      call('design.draft'),
    ]);

  return {
    get home() {
      return home;
    },
    get service() {
      return service;
    },
    get server() {
      return server;
    },
    get cookie() {
      return cookie;
    },
    send,
    api,
    call,
    stateOf,
  };
}
