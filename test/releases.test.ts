/** Whether there is a newer release: asked only by those who turned it on, once a day, and nothing of them is told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder, until } from './credence.ts';
import { openService, type Opened } from './service.ts';

const asked: { method?: string; url?: string; headers: IncomingHttpHeaders }[] = [];
let answer: { status: number; text: string };
const server = createServer(({ method, url, headers }, response) => {
  asked.push({ method, url, headers });
  response.writeHead(answer.status, { location: 'http://example.com/' }).end(answer.text);
});

beforeEach(async () => {
  asked.length = 0;
  answer = { status: 200, text: JSON.stringify({ name: 'credence', version: '999.0.0' }) };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('CREDENCE_REGISTRY', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
});

/** Turned on in a fresh history, until there is an answer. */
async function turnedOn(): Promise<Opened> {
  const opened = openService(temporaryFolder());
  await opened.api.call('settings.set', { check_updates: true });
  await until(() => opened.of('release').length > 0, 'an answer');
  return opened;
}

it('asks nobody until it is turned on', async () => {
  const { api } = openService();
  expect(await api.call('settings.get', {})).not.toHaveProperty('check_updates', true);
  expect(await api.call('releases.state', {})).toMatchObject({ last: null, newer: null });
  await api.call('settings.set', { theme: 'dark' });
  await api.close();
  expect(asked).toEqual([]);
});

it('asks once when it is turned on, tells nothing, and says that there is a newer one', async () => {
  const { api, home } = await turnedOn();
  expect(await api.call('releases.state', {})).toMatchObject({ newer: '999.0.0', last: { problem: null } });
  await api.close();
  const again = openService(home);
  await again.api.call('settings.set', { check_updates: true });
  await again.api.close();
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /credence/latest']);
  const told = new Set(Object.keys(asked[0].headers));
  for (const usual of ['host', 'connection', 'accept', 'accept-language', 'accept-encoding', 'user-agent'])
    told.delete(usual);
  expect([...told]).toEqual(['sec-fetch-mode']);
  expect(asked[0].headers['user-agent']).toBe('node');
});

it.each([
  ['a refusal', { status: 500, text: '' }, /answered 500/],
  ['another place', { status: 302, text: '' }, /cannot reach/],
  ['a page', { status: 200, text: '<html>Please log in</html>' }, /like an npm registry/],
  ['a version that is none', { status: 200, text: '{"version":"9.9.9; rm -rf"}' }, /like an npm registry/],
  ['far too much', { status: 200, text: 'x'.repeat(1_100_000) }, /more than/],
])('takes %s for no answer, and troubles nobody', async (_, given, problem) => {
  answer = given;
  const { api, of } = await turnedOn();
  const { last, newer } = await api.call('releases.state', {});
  expect(last?.problem).toMatch(problem);
  expect(newer).toBeNull();
  expect(of('warning')).toEqual([]);
  await api.close();
});

it('notes where there is no network, and asks no more that day', async () => {
  vi.stubEnv('CREDENCE_REGISTRY', 'http://127.0.0.1:9');
  const { api, of } = await turnedOn();
  expect((await api.call('releases.state', {})).last?.problem).toMatch(/^cannot reach 127\.0\.0\.1:9/);
  await api.call('settings.set', { check_updates: true });
  expect(of('release')).toHaveLength(1);
  await api.close();
});
