/** Reading a JSON body without trusting it. */
import type { IncomingMessage } from 'node:http';
import { MAX_BUNDLE_BYTES } from '#shared/bundles.ts';
import { MAX_DATASET_BYTES } from '#shared/api/design.ts';

/** Of arguments; files travel as base64. */
const LIMIT = 2 * 1024 * 1024;
const asBase64 = (bytes: number) => Math.ceil((bytes * 4) / 3) + 4096;
const LIMITS: Partial<Record<string, number>> = {
  'datasets.add': asBase64(MAX_DATASET_BYTES),
  'bundles.read': asBase64(MAX_BUNDLE_BYTES),
  'imports.preview': asBase64(MAX_BUNDLE_BYTES),
  'imports.save': asBase64(MAX_BUNDLE_BYTES),
};

/** A body that is refused, with the HTTP status that says why. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 415;
  readonly code: string;

  constructor(status: 400 | 413 | 415, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** @throws BodyError for what is not JSON, or too large */
export async function readJson(request: IncomingMessage, method: string): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new BodyError(415, 'server.type', 'send the arguments as application/json');
  const text = await readText(request, LIMITS[method] ?? LIMIT);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BodyError(400, 'server.json', 'the body is not JSON');
  }
}

async function readText(request: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = new BodyError(413, 'server.too-large', `the body has more than ${limit} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge;
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8').decode(Buffer.concat(chunks));
}
