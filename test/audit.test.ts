/** `npm run audit`, with the real `npm audit` and our lock file, against a registry on loopback. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { expect, it } from 'vitest';
import { temporaryFolder } from './credence.ts';

const ROOT = new URL('..', import.meta.url);

const advisory = (severity: string) => ({
  id: 1,
  url: 'https://example.invalid/GHSA-1',
  title: 'Reads too far',
  severity,
  vulnerable_versions: '<999.0.0',
  cwe: [],
  cvss: { score: 0, vectorString: null },
});

type Asked = Record<string, string[]>;

/** A registry that knows advisories; one that knows none of them at all answers as ours here does. */
async function registry(advisories: object | null) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    if (!request.url!.endsWith('/security/advisories/bulk')) return void response.writeHead(404).end('{}');
    if (advisories === null) return void response.writeHead(405).end();
    void json(request.pipe(createGunzip())).then((body) => {
      asked.push(body as Asked);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(advisories));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}

async function audit(url: string): Promise<{ code: number; said: string }> {
  // npm remembers what it was told of an advisory.
  const own = { npm_config_registry: url, npm_config_cache: temporaryFolder() };
  const env = { ...process.env, ...own, npm_config_fetch_retries: '0' };
  const child = spawn('node', ['scripts/audit.ts'], { cwd: ROOT, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

it.each([
  ['passes where none is known', {}, 0, /^0 of the packages/],
  ['fails on one of a package that ships', { yaml: [advisory('high')] }, 1, /high: yaml: Reads too far/],
  [
    'tells of a lesser one',
    { yaml: [advisory('low')] },
    0,
    /low: yaml: Reads too far .*\n0 of .*, 1 a lesser/,
  ],
  ['leaves out packages for developers', { vitest: [advisory('critical')] }, 0, /^0 of .*, 0 a lesser/],
  [
    'says so where the registry takes no such question',
    null,
    2,
    /could not be asked \(405 Method Not Allowed/,
  ],
])('%s', async (_what, advisories, code, said) => {
  const { url, asked, close } = await registry(advisories);
  try {
    expect(await audit(url)).toEqual({ code, said: expect.stringMatching(said) as string });
    if (advisories !== null) expect(asked[0]!['yaml']).toHaveLength(1);
  } finally {
    close();
  }
});

it('says so where there is no network', async () => {
  const { url, close } = await registry({});
  close();
  expect(await audit(url)).toEqual({ code: 2, said: expect.stringMatching(/ECONNREFUSED/) as string });
});
