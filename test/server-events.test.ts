/** `credence serve`: events to every window, no way in for anybody else, and strangers who ask again and again. */
import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startServer } from '#main/server/server.ts';
import type { Push } from '#shared/contract.ts';
import type { QueueState } from '#shared/api/runs.ts';
import { temporaryFolder, until } from './credence.ts';
import { JSON_TYPE, servedHere } from './served.ts';
import { long } from './service.ts';

const served = servedHere();
const { call, stateOf } = served;

/** Asks for a WebSocket by hand. @returns the status that refuses it */
function upgrade(target: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({
      host: '127.0.0.1',
      port: served.server.port,
      path: target,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    asked.on('response', (response) => resolve(response.resume().statusCode ?? 0));
    asked.on('upgrade', () => reject(new Error('it was let in')));
    asked.on('error', reject);
    asked.end();
  });
}

/** A window that listens. */
async function listen(headers: Record<string, string> = { cookie: served.cookie, origin: originOf() }) {
  const socket = new WebSocket(`ws://127.0.0.1:${served.server.port}/api/events`, { headers });
  const pushes: Push[] = [];
  socket.on('message', (data: Buffer) => pushes.push(JSON.parse(data.toString()) as Push));
  await once(socket, 'open');
  return { socket, pushes };
}
const originOf = () => `http://127.0.0.1:${served.server.port}`;

describe('events', () => {
  it.each([
    ['without the token', () => ({ origin: originOf() }), 401],
    ['with a wrong token', () => ({ origin: originOf(), cookie: `${served.cookie.slice(0, -1)}~` }), 401],
    ['from a foreign origin', () => ({ cookie: served.cookie, origin: 'https://evil.example' }), 403],
    ['from a sandboxed frame', () => ({ cookie: served.cookie, origin: 'null' }), 403],
    ['without an origin', () => ({ cookie: served.cookie }), 403],
    ['for a foreign host', () => ({ cookie: served.cookie, origin: originOf(), host: 'evil.example' }), 403],
  ])('are not for a socket %s', async (_what, headers: () => Record<string, string>, status) => {
    const before = await stateOf();
    await expect(listen(headers())).rejects.toThrow(`${status}`);
    expect(await stateOf()).toEqual(before);
  });

  it.each([
    ['at another address', '/api/runs.queue', {}, 404],
    ['with a token in the address only', '/api/events?token=x', {}, 404],
    ['in a version of the protocol that is none', '/api/events', { 'sec-websocket-version': '99' }, 400],
    ['with a malformed key', '/api/events', { 'sec-websocket-key': 'x' }, 400],
  ])('are not for a socket %s', async (_what, target, headers: Record<string, string>, status) => {
    const before = await stateOf();
    expect(await upgrade(target, { cookie: served.cookie, origin: originOf(), ...headers })).toBe(status);
    expect(await stateOf()).toEqual(before);
  });

  it('reach every window alike, and one that comes back is told where things stand', async () => {
    const [first, second] = await Promise.all([listen(), listen()]);
    await call('experiments.create', { config: long({ seeds: 1 }) });
    const progressed = (pushes: Push[]) => pushes.filter(({ event }) => event === 'progress').length > 2;
    await until(() => progressed(first.pushes) && progressed(second.pushes), 'progress in both windows');
    second.socket.terminate();
    const again = await listen();
    await until(() => progressed(again.pushes), 'progress in the new window');
    const [greeting] = again.pushes;
    expect(greeting.event).toBe('queue');
    const { running } = greeting.payload as QueueState;
    expect(running.map(({ run }) => [run.id, run.state])).toEqual([[1, 'running']]);
    expect(running[0].progress!.fraction).toBeGreaterThan(0);
    await call('runs.cancel', { ids: [1] });
    const ended = ({ pushes }: { pushes: Push[] }) =>
      pushes.some((push) => push.event === 'run' && push.payload.state === 'cancelled');
    await until(() => ended(first) && ended(again), 'the end in both windows');
    const common = first.pushes.slice(-again.pushes.length + 1);
    expect(again.pushes.slice(1)).toEqual(common);
    first.socket.close();
    again.socket.close();
  });

  it('are no way in: what a window sends changes nothing, and one that sends too much is cut off', async () => {
    const [noisy, quiet] = await Promise.all([listen(), listen()]);
    const before = await stateOf();
    noisy.socket.send(JSON.stringify({ method: 'settings.set', args: { theme: 'dark' } }));
    noisy.socket.send('{"malformed');
    noisy.socket.send(Buffer.from([0, 255, 7]));
    noisy.socket.send('x'.repeat(5000));
    const [code] = (await once(noisy.socket, 'close')) as [number];
    expect(code).toBe(1009);
    expect(await stateOf()).toEqual(before);
    await call('settings.set', { theme: 'dark' });
    await until(() => quiet.pushes.some(({ event }) => event === 'settings'), 'the event');
    quiet.socket.close();
  });
});

describe('strangers who ask again and again', () => {
  it('have to wait, whoever has the token does not', async () => {
    const own = await startServer({ service: served.service, files: temporaryFolder(), port: 0 });
    const { origin, searchParams } = new URL(own.url);
    const ask = (headers: Record<string, string>) =>
      fetch(`${origin}/api/settings.get`, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body: '{}',
      });
    const wrong = { authorization: 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };
    const statuses = [];
    for (let i = 0; i < 125; i++) statuses.push((await ask(wrong)).status);
    expect(statuses.slice(0, 120).every((status) => status === 401)).toBe(true);
    const late = await ask(wrong);
    expect([late.status, Number(late.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await late.json()).toMatchObject({ ok: false, error: { code: 'server.flood' } });
    expect((await ask({ authorization: `Bearer ${searchParams.get('token')}` })).status).toBe(200);
    await own.close();
  });
});
