/** One file of the Hub: fetched from where it was broken off, checked, and only then given its name. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { UserError } from '#shared/errors.ts';
import { fileDigest } from '#lab/weights/model-folder.ts';
import { cannotWrite } from '../files.ts';
import { networkReason, type HubClient, type HubFile, type HubModel } from './hub-client.ts';

interface BlobOptions {
  /** Told how many bytes of the file are here. */
  advanced: (bytes: number) => void;
  signal?: AbortSignal;
}

/** Where a file grows; its name has the hash, so that parts of another version are never gone on with. */
const partOf = (blob: string) => `${blob}.incomplete`;

/** How much of a file is here already. */
export function haveBytes(blob: string, file: HubFile): number {
  if (isHere(blob, file)) return file.size;
  const part = sizeOf(partOf(blob)) ?? 0;
  return part > file.size ? 0 : part;
}

/** A blob that something cut short since does not count. */
function isHere(blob: string, { size }: HubFile): boolean {
  return sizeOf(blob) === size;
}

function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}

/**
 * Fetches a file unless it is here. A connection that breaks is taken up again as long as each brings something.
 * @throws UserError `hub.cut`, `hub.changed`, `hub.checksum`, `hub.write`; as the client's `open`
 */
export async function fetchBlob(
  client: HubClient,
  model: HubModel,
  file: HubFile,
  blob: string,
  { advanced, signal }: BlobOptions,
): Promise<void> {
  if (isHere(blob, file)) return advanced(file.size);
  const part = partOf(blob);
  prepare(part, file);
  for (let done = sizeOf(part) ?? 0; done < file.size;) {
    const broken = await fetchMore(client, model, file, part, { advanced, signal });
    const now = sizeOf(part) ?? 0;
    if (now < file.size && now <= done) throw cut(client.host, file, now, broken);
    done = now;
  }
  await check(client.host, file, part);
  // Another process may have finished the same file.
  if (isHere(blob, file)) rmSync(part, { force: true });
  else renameSync(part, blob);
  advanced(file.size);
}

function prepare(part: string, { size }: HubFile): void {
  mkdirSync(path.dirname(part), { recursive: true });
  closeSync(openSync(part, 'a'));
  if ((sizeOf(part) ?? 0) > size) truncateSync(part, 0);
}

/** @returns what broke the connection; null where the server ended it */
async function fetchMore(
  client: HubClient,
  model: HubModel,
  file: HubFile,
  part: string,
  { advanced, signal }: BlobOptions,
): Promise<unknown> {
  const done = sizeOf(part) ?? 0;
  try {
    const response = await client.open(model, file, done, signal);
    await append(response, part, startOf(response, done, client.host, file), file, advanced);
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    // The system's own word is about a file; what a connection says lies within fetch's error.
    if (error instanceof Error && 'syscall' in error) throw error;
    if (!(error instanceof UserError)) return error;
    if (error.code === 'hub.checksum') rmSync(part, { force: true });
    // Where something is here already, what counts is that it stays.
    if (error.code === 'hub.unreachable' && done > 0) return error.cause;
    throw error;
  }
}

/** Where the server's bytes begin: a server may answer a wish for the rest with the whole. */
function startOf(response: Response, wanted: number, host: string, file: HubFile): number {
  checkTag(response, host, file);
  if (response.status !== 206) return 0;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
  if (Number(range?.[1]) === wanted && [String(file.size), '*'].includes(range?.[2] ?? '')) return wanted;
  throw changed(host, file);
}

/** The Hub's own tags are its hashes; where a redirect led elsewhere, tags are that server's. */
function checkTag(response: Response, host: string, file: HubFile): void {
  const own = response.redirected ? null : response.headers.get('ETag');
  const tag = (response.headers.get('X-Linked-ETag') ?? own)?.replace(/^W\/|"/g, '');
  if (tag !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(tag) && tag !== file.hash)
    throw changed(host, file);
}

async function append(
  response: Response,
  part: string,
  start: number,
  file: HubFile,
  advanced: (bytes: number) => void,
): Promise<void> {
  let at = start;
  // At places, not at the end: two processes that fetch the same write the same bytes.
  const handle = openSync(part, 'r+');
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      if (at + chunk.length > file.size)
        throw new UserError('hub.checksum', wrongText(file, 'is longer than it says'));
      write(handle, chunk, at, part);
      at += chunk.length;
      advanced(at);
    }
  } finally {
    closeSync(handle);
  }
}

function write(handle: number, bytes: Uint8Array, at: number, part: string): void {
  try {
    for (let done = 0; done < bytes.length;)
      done += writeSync(handle, bytes, done, bytes.length - done, at + done);
  } catch (error) {
    throw unwritable(part, error);
  }
}

/** @throws UserError `hub.checksum`; the file is removed then */
async function check(host: string, file: HubFile, part: string): Promise<void> {
  const hash =
    file.kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${file.size}\0`);
  const found = await fileDigest(part, hash);
  if (found === file.hash) return;
  rmSync(part, { force: true });
  throw new UserError(
    'hub.checksum',
    wrongText(file, `has the checksum ${found}, not ${file.hash} as ${host} says`),
  );
}

function wrongText(file: HubFile, what: string): string {
  return `${file.path}, as it was fetched, ${what}: it was damaged on the way and is removed; start again`;
}

function changed(host: string, file: HubFile): UserError {
  const message = `${file.path} changed on ${host} while the model was fetched; start again`;
  return new UserError('hub.changed', message);
}

function cut(host: string, { path: name, size }: HubFile, done: number, cause: unknown): UserError {
  const why = cause === null ? 'it sent no more' : networkReason(cause, host);
  return new UserError(
    'hub.cut',
    `the connection to ${host} broke (${why}) after ${done} of ${size} bytes of ${name}; the next fetch goes on from there`,
    { cause },
  );
}

/** What the system says of a file, for a person. */
export function unwritable(place: string, error: unknown): UserError {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return new UserError('hub.write', cannotWrite(`cannot write ${place}`, code), { cause: error });
}
