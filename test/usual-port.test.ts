/** The port of `credence serve`: the same for a history each time, another one where it is taken, and told so. */
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createService } from '#main/api/service.ts';
import { openHistory } from '#main/history/history.ts';
import { forkTrainer } from '#main/runs/fork-link.ts';
import { serveAtUsualPort, usualPort } from '#main/server/usual-port.ts';
import { temporaryFolder, writeIn } from './credence.ts';

const home = temporaryFolder();
const files = temporaryFolder();
writeIn(files, 'index.html', '<!doctype html><html lang="en"><title>Credence</title></html>');
let other: Server | null = null;
afterEach(() => other?.close());

async function serveOnce(): Promise<{ port: number; told: string[]; signedIn: boolean }> {
  const history = openHistory(path.join(home, 'history.sqlite'));
  const service = createService({ history, launch: forkTrainer, host: 'server' });
  const told: string[] = [];
  const server = await serveAtUsualPort(history, { service, files }, (text) => told.push(text));
  const page = await fetch(server.url, { headers: { connection: 'close' }, redirect: 'manual' });
  await server.close();
  await service.close();
  return {
    port: server.port,
    told,
    signedIn: page.headers.get('set-cookie')?.startsWith(`credence-${server.port}=`) ?? false,
  };
}

it('serves a history at the port of last time, or at a free one where that is taken, and says so', async () => {
  const first = await serveOnce();
  expect(await serveOnce()).toEqual({ port: first.port, told: [], signedIn: true });
  const taken = createServer();
  other = taken;
  await new Promise<void>((resolve) => taken.listen(first.port, '127.0.0.1', resolve));
  const elsewhere = await serveOnce();
  expect(elsewhere.port).not.toBe(first.port);
  expect(elsewhere.signedIn).toBe(true);
  expect(elsewhere.told).toEqual([expect.stringContaining(`port ${first.port}`)]);
  await new Promise((resolve) => taken.close(resolve));
  expect(await serveOnce()).toEqual({ port: first.port, told: [], signedIn: true });
});

it('takes any free port where what is remembered is none', () => {
  const history = openHistory(path.join(temporaryFolder(), 'history.sqlite'));
  for (const kept of [undefined, 'x', -1, 70_000, 1.5]) {
    if (kept !== undefined) history.writeSetting('served_port', kept);
    expect(usualPort(history)).toBe(0);
  }
  history.close();
});
