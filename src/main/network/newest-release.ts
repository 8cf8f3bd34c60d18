/** Which release of Credence is the newest: one question to the npm registry, for those who turned it on. */
import { z } from 'zod';
import { UserError } from '#shared/errors.ts';
import { networkReason } from './hub-client.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const REGISTRY = 'https://registry.npmjs.org';
/** Milliseconds. */
const TIMEOUT = 10_000;
/** Bytes: what a registry says of one version is a few thousand. */
const MOST = 1_000_000;
/** Previews are published under another name than `latest`. */
const answerSchema = z.object({ version: z.string().regex(/^\d{1,6}(\.\d{1,6}){2}$/) });

/** The address that is asked; `CREDENCE_REGISTRY` names another registry. @throws UserError `release.registry` */
export function releaseAddress(env: Environment = process.env): string {
  const registry = (env['CREDENCE_REGISTRY'] || REGISTRY).replace(/\/+$/, '');
  if (/^https?:/i.test(registry) && URL.canParse(registry)) return `${registry}/credence/latest`;
  throw new UserError(
    'release.registry',
    `CREDENCE_REGISTRY is ${JSON.stringify(registry.slice(0, 80))}; give an address such as ${REGISTRY}`,
  );
}

/**
 * Asks for the newest version; nothing about this machine or its user is in the question.
 * @returns for example `0.2.0`
 * @throws UserError `release.*`, also where there is no network
 */
export async function newestRelease(signal: AbortSignal, env: Environment = process.env): Promise<string> {
  const address = releaseAddress(env);
  const { host } = new URL(address);
  const text = await answerOf(address, host, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]));
  const parsed = answerSchema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data.version;
  throw new UserError('release.answer', `${host} does not answer like an npm registry`);
}

async function answerOf(address: string, host: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(address, {
      headers: { Accept: 'application/json' },
      redirect: 'error',
      signal,
    });
    if (!response.ok) throw new UserError('release.refused', `${host} answered ${response.status}`);
    return await shortText(response, host);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('release.unreachable', `cannot reach ${host} (${reasonOf(error, host)})`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown, host: string): string {
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  return timedOut ? `no answer within ${TIMEOUT / 1000} s` : networkReason(error, host);
}

async function shortText(response: Response, host: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part as Uint8Array);
    bytes += (part as Uint8Array).length;
    if (bytes > MOST) throw new UserError('release.answer', `${host} answers with more than ${MOST} bytes`);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
