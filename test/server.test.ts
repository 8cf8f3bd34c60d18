/** `credence serve`: who is let in, and what malformed requests do (nothing). */
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openHistory } from '#main/history/history.ts';
import { startCredence, temporaryFolder, until } from './credence.ts';
import { JSON_TYPE, servedHere, type Send } from './served.ts';
import { long, tiny } from './service.ts';

const served = servedHere();
const { send, api, call, stateOf } = served;

describe('the address that is printed', () => {
  it('signs in with a cookie that scripts cannot read, and is not kept in the address', async () => {
    expect(served.server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
    const { headers } = await send({ path: `/?${new URL(served.server.url).searchParams}` });
    expect(headers['set-cookie']![0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await send({ headers: { cookie: served.cookie } })).text).toContain('<title>Credence');
  });

  it('explains itself to a person whose browser comes without it, and to programs as data', async () => {
    const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const page = await send({ path: '/?token=old', headers: browser });
    expect(page.status).toBe(401);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.text).toMatch(/<h1>This link does not sign you in<\/h1>[^]*credence serve[^]*token=/);
    const lost = await send({ path: '/nowhere', headers: { ...browser, cookie: served.cookie } });
    expect([lost.status, lost.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    const data = await send({ path: '/', headers: { accept: '*/*' } });
    expect(JSON.parse(data.text)).toMatchObject({ ok: false, error: { code: 'server.token' } });
  });

  it('works as a header for programs', async () => {
    const authorization = `Bearer ${new URL(served.server.url).searchParams.get('token')}`;
    const { status } = await send({
      ...api('system.info', {}),
      headers: { authorization, ...JSON_TYPE },
    });
    expect(status).toBe(200);
  });

  it('is on the loopback interface only', async () => {
    const { networkInterfaces } = await import('node:os');
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal);
    const target = outside?.address ?? '127.0.0.2';
    const socket = connect(served.server.port, target);
    const [error] = (await once(socket, 'error').catch((reason: unknown) => [reason])) as [
      NodeJS.ErrnoException,
    ];
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('the page', () => {
  const page = async () => (await send({ headers: { cookie: served.cookie } })).text;

  it('comes in the theme that was chosen, and without one where it follows the system', async () => {
    expect(await page()).toContain('<html lang="en">');
    await call('settings.set', { theme: 'dark' });
    const { headers, text } = await send({ headers: { cookie: served.cookie } });
    expect(text).toContain('<html data-theme="dark" lang="en">');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    await call('settings.set', { theme: 'system' });
    expect(await page()).toContain('<html lang="en">');
  });

  it('keeps files that are named by their content, asks again for all others', async () => {
    const named = await send({ path: '/assets/window-1a2b3c4d.js', headers: { cookie: served.cookie } });
    expect([named.status, named.headers['cache-control']]).toEqual([
      200,
      'private, max-age=31536000, immutable',
    ]);
    const other = await send({ path: '/app.js', headers: { cookie: served.cookie } });
    expect([other.status, other.headers['cache-control']]).toEqual([200, undefined]);
    expect((await send({ path: '/assets/window-1a2b3c4d.js' })).status).toBe(401);
  });
});

describe('a request that is refused changes nothing', () => {
  const create = () => api('experiments.create', { config: tiny() });
  const cases: [what: string, status: number, request: () => Send][] = [
    ['without the token', 401, () => ({ ...create(), headers: JSON_TYPE })],
    [
      'with a wrong token',
      401,
      () => ({ ...create(), headers: { ...JSON_TYPE, cookie: `${served.cookie.slice(0, -1)}~` } }),
    ],
    [
      'with a wrong header',
      401,
      () => ({ ...create(), headers: { ...JSON_TYPE, authorization: 'Bearer x' } }),
    ],
    [
      'for a foreign host, without the token',
      403,
      () => ({ ...create(), headers: { ...JSON_TYPE, host: 'evil.example' } }),
    ],
    [
      'for this host at another port',
      403,
      () => api('experiments.create', { config: tiny() }, { host: '127.0.0.1:1' }),
    ],
    ['for the page without the token', 401, () => ({ path: '/' })],
    ['for the page with a wrong token', 401, () => ({ path: '/?token=wrong' })],
    [
      'from a foreign origin',
      403,
      () => api('experiments.create', { config: tiny() }, { origin: 'https://evil.example' }),
    ],
    [
      'from another port of this machine',
      403,
      () => api('experiments.create', { config: tiny() }, { origin: 'http://127.0.0.1:1' }),
    ],
    ['from a sandboxed frame', 403, () => api('experiments.create', { config: tiny() }, { origin: 'null' })],
    [
      'for a foreign host',
      403,
      () => api('experiments.create', { config: tiny() }, { host: 'evil.example' }),
    ],
    [
      'for a foreign host with the token in the address',
      403,
      () => ({ path: `/?${new URL(served.server.url).searchParams}`, headers: { host: 'evil.example' } }),
    ],
    ['with malformed JSON', 400, () => api('experiments.create', '{"config": {')],
    ['with an empty body', 400, () => api('experiments.create', '')],
    ['with bytes that are no text', 400, () => ({ ...create(), body: Buffer.from([0xff, 0xfe, 0x00]) })],
    [
      'as JSON of another name',
      415,
      () => ({ ...create(), headers: { cookie: served.cookie, 'content-type': 'text/plain' } }),
    ],
    ['without a type', 415, () => ({ ...create(), headers: { cookie: served.cookie } })],
    [
      'as a form',
      415,
      () => ({
        ...create(),
        headers: { cookie: served.cookie, 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ],
    ['for an unknown method', 404, () => api('experiments.explode', {})],
    ['for a method of every object', 404, () => api('constructor', {})],
    ['with a GET', 405, () => ({ path: '/api/experiments.create', headers: { cookie: served.cookie } })],
    [
      'to delete a file',
      405,
      () => ({ method: 'DELETE', path: '/app.js', headers: { cookie: served.cookie } }),
    ],
    ['with wrong arguments', 422, () => api('experiments.create', { config: tiny(), start: 'yes' })],
    ['with arguments that are no object', 422, () => api('settings.set', ['dark'])],
    ['with an unknown argument', 422, () => api('settings.set', { theme: 'dark', admin: true })],
    ['with a wrong config', 422, () => api('experiments.create', { config: { seeds: -1 } })],
    [
      'with a prototype in the config',
      422,
      () => api('experiments.create', '{"config": {"__proto__": {"name": 1}, "polluted": 1}}'),
    ],
    [
      'with an oversized body, announced only',
      413,
      () => api('experiments.create', '{}', { 'content-length': '300000000' }),
    ],
    ['with an oversized table', 413, () => api('datasets.add', `"${'x'.repeat(90_000_000)}"`)],
    ['with an oversized body', 413, () => api('experiments.create', `"${'x'.repeat(3_000_000)}"`)],
    [
      'with an oversized body in pieces',
      413,
      () => api('experiments.create', `"${'x'.repeat(3_000_000)}"`, { 'transfer-encoding': 'chunked' }),
    ],
    ['for a file outside', 404, () => ({ path: '/../secret.txt', headers: { cookie: served.cookie } })],
    [
      'for a file outside, encoded',
      404,
      () => ({ path: '/%2e%2e%2fsecret.txt', headers: { cookie: served.cookie } }),
    ],
    [
      'for a file outside, encoded twice',
      404,
      () => ({ path: '/..%252f..%252fetc/passwd', headers: { cookie: served.cookie } }),
    ],
    ['for a file by its path', 404, () => ({ path: '//etc/passwd', headers: { cookie: served.cookie } })],
    [
      'for a file with a zero byte',
      404,
      () => ({ path: '/app.js%00.html', headers: { cookie: served.cookie } }),
    ],
  ];

  it.each(cases)('%s: %i', async (_what, status, request) => {
    const before = await stateOf();
    const answer = await send(request()).catch((error: NodeJS.ErrnoException) => error);
    // A server that stops reading may reset the connection before its answer is read.
    if (answer instanceof Error) expect([status, answer.code]).toEqual([413, 'EPIPE']);
    else {
      expect(answer.status).toBe(status);
      expect(answer.text).not.toContain('secret');
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    }
    expect(await stateOf()).toEqual(before);
  });

  it('in bytes that are no HTTP at all', async () => {
    const before = await stateOf();
    const socket = connect(served.server.port, '127.0.0.1');
    socket.end('\x16\x03\x01\x00garbage\r\n\r\n');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(await stateOf()).toEqual(before);
  });
});

describe('what is served', () => {
  it('carries a strict policy and is never sniffed', async () => {
    const { status, headers } = await send({ path: '/app.js', headers: { cookie: served.cookie } });
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('javascript');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/);
    expect(headers['content-security-policy']).not.toContain('unsafe-eval');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('includes replies and errors with their field', async () => {
    expect(await call('system.info')).toMatchObject({ host: 'server', home: served.home });
    const { status, text } = await send(api('experiments.create', { config: { model: { d_model: 0 } } }));
    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({
      ok: false,
      error: { name: 'UserError', code: 'config.value', field: 'model.d_model' },
    });
  });
});

describe('credence serve', () => {
  it.each([
    ['a run under way', false],
    ['a run that waits in a held queue', true],
  ])('prints its address, serves, and ends cleanly with %s', async (_, held) => {
    const folder = temporaryFolder();
    const running = startCredence(['serve', '--no-open'], folder);
    const address = /Credence: (http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)/;
    await until(() => address.test(running.output()), 'the address');
    const url = new URL(address.exec(running.output())![1]);
    const headers = { authorization: `Bearer ${url.searchParams.get('token')}`, ...JSON_TYPE };
    const post = (method: string, args: unknown) =>
      fetch(`${url.origin}/api/${method}`, { method: 'POST', headers, body: JSON.stringify(args) });
    expect((await post('runs.setQueue', { held })).status).toBe(200);
    expect((await post('experiments.create', { config: long({ seeds: 1 }) })).status).toBe(200);
    running.child.kill(held ? 'SIGTERM' : 'SIGINT');
    const { code, stderr } = await running.finished;
    expect(code).toBe(held ? 143 : 130);
    expect(stderr).toMatch(/^credence: stopping \(SIG(INT|TERM)\), to save between two steps/);
    expect(stderr).toMatch(
      held ? /1 run had not begun/ : /experiment 1, seed 0: stopped; (saved after stage|nothing of it)/,
    );
    const history = openHistory(path.join(folder, 'history.sqlite'));
    expect(history.getRun(1)).toMatchObject({ state: 'interrupted', error: { code: 'run.closed' } });
    history.close();
  });

  it('says what is wrong with a port', async () => {
    const taken = await startCredence(
      ['serve', '--no-open', '--port', String(served.server.port)],
      served.home,
    ).finished;
    expect([taken.code, taken.stderr]).toEqual([
      2,
      `credence: --port: ${served.server.port} cannot be had (EADDRINUSE); choose another, or leave it out for any free one\n`,
    ]);
    const odd = await startCredence(['serve', '--port', 'http'], served.home).finished;
    expect([odd.code, odd.stderr]).toEqual([
      2,
      'credence: --port: "http" is not a port; give a number from 0 (any) to 65535\n',
    ]);
  });
});
