/** A small server on loopback that answers as the Hugging Face Hub does, with a second one that plays its CDN. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Asked {
  host: 'hub' | 'cdn';
  path: string;
  token: string | undefined;
  range: string | undefined;
}

export interface HubServer {
  /** For HF_ENDPOINT. */
  endpoint: string;
  asked: Asked[];
  /** Bytes of files that were sent. */
  sent(): number;
  /** How it behaves; may be changed between requests. */
  faults: Faults;
  close(): Promise<void>;
}

interface Faults {
  /** Breaks the connection after so many bytes of a file; null does not. */
  cutAfter?: number | null;
  /** Sends so many bytes of a file, then nothing, but keeps the connection. */
  stallAfter?: number;
  /** Breaks the connection in place of an answer with a file: the Hub itself, or only its CDN. */
  silent?: boolean;
  silentCdn?: boolean;
  /** Answers requests for files on the CDN with this status. */
  refuseCdn?: number;
  /** Sends the whole where a part was asked for. */
  ignoreRange?: boolean;
  /** Changes a byte of files whose name matches. */
  damage?: RegExp;
  /** Adds bytes to files on the CDN. */
  lengthen?: boolean;
  /** Answers everything with this status and error code. */
  refuse?: [status: number, code?: string];
  /** Answers everything with a page. */
  page?: boolean;
  /** Tags files of the Hub itself with another hash. */
  otherTag?: boolean;
}

/** A commit with files; those of 1000 bytes and more lie on the CDN. */
export interface Repository {
  revision: string;
  files: Record<string, Buffer>;
}

const LARGE = 1000;
export const COMMIT = 'c0ffee'.padEnd(40, '1');

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const gitHash = (bytes: Buffer) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** The name of a file's blob in the cache. */
export function hashOf(bytes: Buffer): string {
  return bytes.length < LARGE ? gitHash(bytes) : sha256(bytes);
}

/** @param models by name */
export async function startHub(models: Record<string, Repository>): Promise<HubServer> {
  const asked: Asked[] = [];
  const state = { faults: {} as Faults, sent: 0 };
  const record = (host: Asked['host'], { url = '', headers }: IncomingMessage) =>
    asked.push({ host, path: url, token: headers.authorization, range: headers.range });
  const cdn = createServer((request, response) => {
    record('cdn', request);
    if (state.faults.silentCdn) return void response.destroy();
    if (state.faults.refuseCdn !== undefined) return refuse(response, state.faults.refuseCdn);
    const [name, file] = (request.url ?? '').slice(1).split('?')[0].split(':').map(decodeURIComponent);
    const bytes = Buffer.concat([models[name].files[file], Buffer.alloc(state.faults.lengthen ? 9 : 0)]);
    state.sent += sendFile(request, response, file, bytes, state.faults, '"not-a-hash"');
  });
  const cdnAddress = await listen(cdn);
  const hub = createServer((request, response) => {
    record('hub', request);
    if (state.faults.refuse) return refuse(response, ...state.faults.refuse);
    if (state.faults.page)
      return void response.setHeader('Content-Type', 'text/html').end('<html>Log in</html>');
    state.sent += answer(request, response, models, cdnAddress, state.faults);
  });
  const endpoint = await listen(hub);
  return {
    endpoint,
    asked,
    sent: () => state.sent,
    get faults() {
      return state.faults;
    },
    set faults(faults) {
      state.faults = faults;
    },
    async close() {
      await Promise.all([hub, cdn].map(closed));
    },
  };
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

function refuse(response: ServerResponse, status: number, code?: string): void {
  if (code !== undefined) response.setHeader('X-Error-Code', code);
  response.writeHead(status, { 'Content-Type': 'application/json' }).end('{"error":"no"}');
}

/** @returns bytes of a file that are sent */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  models: Record<string, Repository>,
  cdn: string,
  faults: Faults,
): number {
  const path = decodeURIComponent((request.url ?? '').split('?')[0]);
  const info = /^\/api\/models\/(.+)\/(revision|tree)\/(.+)$/.exec(path);
  const resolved = /^\/(.+)\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(path);
  const [, name = '', kind, revision] = info ?? resolved ?? [];
  const model = models[name];
  if (!model) return (refuse(response, 404, 'RepoNotFound'), 0);
  if (info && kind === 'revision' && !['main', 'v1', model.revision].includes(revision))
    return (refuse(response, 404, 'RevisionNotFound'), 0);
  if (info) return (sendJson(response, kind === 'tree' ? treeOf(model) : infoOf(name, model)), 0);
  const file = resolved?.[3] ?? '';
  const bytes = model.files[file];
  if (bytes.length < LARGE) {
    const tag = faults.otherTag ? 'f'.repeat(40) : hashOf(bytes);
    return sendFile(request, response, file, bytes, faults, `"${tag}"`);
  }
  const location = `${cdn}/${encodeURIComponent(name)}:${encodeURIComponent(file)}?signature=x`;
  response.writeHead(302, { Location: location, 'X-Linked-ETag': `"${hashOf(bytes)}"` }).end();
  return 0;
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
}

function infoOf(name: string, { revision }: Repository) {
  return { _id: '1', id: name, sha: revision, lastModified: '2026-01-01T00:00:00Z', private: false };
}

function treeOf({ files }: Repository) {
  return Object.entries(files).map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid: gitHash(bytes),
    ...(bytes.length >= LARGE && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } }),
  }));
}

function sendFile(
  { headers }: IncomingMessage,
  response: ServerResponse,
  name: string,
  content: Buffer,
  faults: Faults,
  tag: string,
): number {
  const bytes = Buffer.from(content);
  if (faults.damage?.test(name)) bytes[bytes.length - 1] ^= 1;
  const asked = faults.ignoreRange ? undefined : /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  const rest = bytes.subarray(Number(asked ?? 0));
  response.setHeader('ETag', tag).setHeader('Content-Length', rest.length);
  if (asked !== undefined)
    response.writeHead(206, { 'Content-Range': `bytes ${asked}-${bytes.length - 1}/${bytes.length}` });
  return sendPart(response, rest, faults);
}

function sendPart(response: ServerResponse, rest: Buffer, { cutAfter, stallAfter, silent }: Faults): number {
  const most = silent ? 0 : (stallAfter ?? cutAfter ?? rest.length);
  const part = rest.subarray(0, most);
  if (part.length === rest.length) response.end(part);
  else if (stallAfter !== undefined) response.write(part);
  else if (part.length === 0) response.destroy();
  else response.write(part, () => setTimeout(() => response.destroy(), 20));
  return part.length;
}
