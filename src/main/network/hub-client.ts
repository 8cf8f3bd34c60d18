/** Asking the Hub: where it is, who asks, and what its refusals mean. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles, modelInfo, type ListFileEntry } from '@huggingface/hub';
import { showValue, UserError } from '#shared/errors.ts';
import { expanded, hubHome } from '#lab/weights/hub-cache.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file of a repository. */
export interface HubFile {
  path: string;
  size: number;
  /** SHA-256 of a large file, git's SHA-1 of a small one: also the name of its blob in the cache. */
  hash: string;
  kind: 'sha256' | 'git';
}

/** A model at a commit. */
export interface HubModel {
  name: string;
  /** The commit. */
  revision: string;
  files: HubFile[];
}

export interface HubClient {
  /** For example `huggingface.co`. */
  host: string;
  /** @throws UserError `hub.*` */
  model(name: string, revision: string | null): Promise<HubModel>;
  /**
   * The bytes of a file from `start` on, as the server answers: 206 with a part, or 200 with all of it.
   * @throws UserError `hub.*`
   */
  open(model: HubModel, file: HubFile, start: number, signal?: AbortSignal): Promise<Response>;
}

export interface HubOptions {
  env: Environment;
  /** In place of Node's, for tests. */
  fetch?: typeof fetch;
}

const ENDPOINT = 'https://huggingface.co';

/** Where the Hub is and who asks it. */
interface Hub {
  endpoint: string;
  host: string;
  token: string | null;
  ask: typeof fetch;
}

/** @throws UserError `hub.endpoint`, `hub.offline-mode`, `hub.token` */
export function createHubClient({ env, fetch: ask = fetch }: HubOptions): HubClient {
  refuseOffline(env);
  const endpoint = endpointOf(env);
  const hub = { endpoint, host: new URL(endpoint).host, token: tokenOf(env), ask };
  return {
    host: hub.host,
    async model(name, revision) {
      try {
        return await askModel(hub, name, revision ?? 'main');
      } catch (error) {
        throw error instanceof UserError ? error : strangeAnswer(hub.host, error);
      }
    },
    open({ name, revision }, file, start, signal) {
      const names = [name, 'resolve', revision, file.path].join('/').split('/').map(encodeURIComponent);
      // Compressed bytes could not be gone on with.
      const headers = { 'Accept-Encoding': 'identity', ...(start > 0 ? { Range: `bytes=${start}-` } : {}) };
      return hubFetch(hub, name)(`${endpoint}/${names.join('/')}`, { headers, signal });
    },
  };
}

/**
 * A fetch that knows the Hub: the token goes to its host alone (where an answer redirects to another one, Node drops
 * it), and whatever is not an answer is a UserError.
 * @param name what is asked about, for messages
 */
function hubFetch(hub: Hub, name: string): typeof fetch {
  return async (input, init = {}) => {
    const request = new Request(input, init);
    if (hub.token !== null && new URL(request.url).host === hub.host)
      request.headers.set('Authorization', `Bearer ${hub.token}`);
    const response = await hub.ask(request).catch((error: unknown) => {
      throw init.signal?.aborted ? error : unreachable(error, hub.host);
    });
    if (response.ok) return response;
    throw await refusal(response, { ...hub, name });
  };
}

async function askModel(hub: Hub, name: string, revision: string): Promise<HubModel> {
  const options = { hubUrl: hub.endpoint, fetch: hubFetch(hub, name) };
  const { sha } = await modelInfo({ name, revision, additionalFields: ['sha'], ...options });
  const files: HubFile[] = [];
  for await (const entry of listFiles({ repo: name, revision: sha, recursive: true, ...options }))
    if (entry.type === 'file') files.push(fileOf(entry));
  return { name, revision: commitOf(sha), files };
}

function fileOf({ path, size, lfs, oid }: ListFileEntry): HubFile {
  const hash = lfs?.oid ?? oid ?? '';
  if (!/^[0-9a-f]{40,64}$/.test(hash)) throw new Error(`${path} has the hash ${showValue(hash)}`);
  return { path, size: lfs?.size ?? size, hash, kind: lfs ? 'sha256' : 'git' };
}

function commitOf(sha: string): string {
  if (/^[0-9a-f]{40}$/.test(sha)) return sha;
  throw new Error(`the commit is ${showValue(sha)}`);
}

const isOn = (value: string | undefined) => /^(1|on|yes|true)$/i.test(value ?? '');

function refuseOffline(env: Environment): void {
  const name = ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'].find((variable) => isOn(env[variable]));
  if (name === undefined) return;
  throw new UserError(
    'hub.offline-mode',
    `${name}=${env[name]} forbids to ask the Hub; unset it to fetch a model`,
  );
}

function endpointOf(env: Environment): string {
  const text = (env['HF_ENDPOINT'] || ENDPOINT).replace(/\/+$/, '');
  if (/^https?:/i.test(text) && URL.canParse(text)) return text;
  throw new UserError(
    'hub.endpoint',
    `HF_ENDPOINT is ${showValue(text)}; give an address such as ${ENDPOINT}`,
  );
}

/** HF_TOKEN, or what `hf auth login` kept; null where there is none. */
function tokenOf(env: Environment): string | null {
  const given = (env['HF_TOKEN'] || env['HUGGING_FACE_HUB_TOKEN'])?.trim();
  const token = given || keptToken(expanded(env['HF_TOKEN_PATH'] || path.join(hubHome(env), 'token'), env));
  if (token === null || /^[!-~]+$/.test(token)) return token;
  const where = given ? 'HF_TOKEN' : 'the token that "hf auth login" kept';
  throw new UserError(
    'hub.token',
    `${where} holds spaces or signs that no token has; give it as the Hub shows it`,
  );
}

function keptToken(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

/** The system's reason why a connection failed, for example `ECONNREFUSED`, or `ENOTFOUND cdn.example.org`. */
export function networkReason(error: unknown, host: string): string {
  const causes: unknown[] = [];
  for (let at = error; at instanceof Error && causes.length < 5; at = at.cause) causes.push(at);
  const found = causes.find((cause) => typeof (cause as NodeJS.ErrnoException).code === 'string');
  if (!found) return String((causes.at(-1) as Error | undefined)?.message ?? error);
  const { code, hostname } = found as { code: string; hostname?: string };
  return hostname === undefined || host.startsWith(hostname) ? code : `${code} ${hostname}`;
}

function unreachable(error: unknown, host: string): UserError {
  return new UserError(
    'hub.unreachable',
    `cannot reach ${host} (${networkReason(error, host)}); check the network, and HF_ENDPOINT where it is set; ` +
      '"credence models" lists what is here already',
    { cause: error },
  );
}

function strangeAnswer(host: string, cause: unknown): UserError {
  const what = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    'hub.answer',
    `${host} does not answer like the Hub (${what}); check HF_ENDPOINT, and whether a login page stands between`,
    { cause },
  );
}

type Asked = Hub & { name: string };

async function refusal(response: Response, asked: Asked): Promise<UserError> {
  await response.body?.cancel();
  const { status } = response;
  const from = URL.canParse(response.url) ? new URL(response.url).host : asked.host;
  // A store that the Hub sent us to knows no licence: its link has expired, say.
  if (from !== asked.host)
    return new UserError('hub.failed', `${from} answered ${status} for ${asked.name}; start again`);
  const code = response.headers.get('X-Error-Code');
  if (code === 'GatedRepo' || status === 403) return gated(asked);
  if (status === 401) return unauthorized(asked);
  if (status === 404) return notFound(asked, code);
  const wait = status === 429 ? 'it asks to wait: try again in some minutes' : 'try again later';
  return new UserError('hub.failed', `${asked.host} answered ${status} about ${asked.name}; ${wait}`);
}

function gated({ name, endpoint, token }: Asked): UserError {
  const access = token === null ? 'set HF_TOKEN to a token of yours' : 'check that your token may read it';
  return new UserError(
    'hub.gated',
    `${name} is only for those who accept its licence: do so at ${endpoint}/${name}, and ${access} (${endpoint}/settings/tokens)`,
  );
}

/** The Hub says 401 also about names that it does not have. */
function unauthorized({ name, host, endpoint, token }: Asked): UserError {
  const remedy =
    token === null
      ? `if it is private or gated, accept its licence at ${endpoint}/${name} and set HF_TOKEN`
      : 'check that your token (HF_TOKEN, or the one that "hf auth login" kept) is valid and may read it';
  return new UserError('hub.unauthorized', `${host} has no public model ${name}: check the name; ${remedy}`);
}

function notFound({ name, host }: Asked, code: string | null): UserError {
  if (code === 'RevisionNotFound')
    return new UserError(
      'hub.not-found',
      `${name} on ${host} has no such revision; check what follows the @`,
    );
  if (code === 'EntryNotFound')
    return new UserError('hub.not-found', `a file of ${name} is no longer on ${host}; start again`);
  return new UserError('hub.not-found', `${host} has no model ${name}; check the name`);
}
