/**
 * The cache that Hugging Face's libraries share on a machine:
 * `models--ORG--NAME/{refs/main, snapshots/<commit>/…, blobs/<hash>}`, a snapshot being links to blobs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { showValue, UserError } from '#shared/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A model of the Hub at one commit. */
export interface CachedModel {
  /** For example `EleutherAI/pythia-70m-deduped`. */
  name: string;
  /** The commit. */
  revision: string;
  /** Branches and tags that pointed to it when it was fetched. */
  refs: string[];
  /** The folder of the snapshot. */
  path: string;
}

/** What a person calls a model of the Hub: `ORG/NAME` or `NAME`, perhaps `@` and a branch, tag or commit. */
export interface HubName {
  name: string;
  revision: string | null;
}

/** `HF_HOME`, where the token lies too. */
export function hubHome(env: Environment): string {
  return expanded(
    env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface'),
    env,
  );
}

/** The folder of the cache: HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME/hub, ~/.cache/huggingface/hub. */
export function hubCache(env: Environment): string {
  return expanded(env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'] || join(hubHome(env), 'hub'), env);
}

/** `~` and `$NAME`, as huggingface_hub expands them. */
export function expanded(path: string, env: Environment): string {
  const home = path.replace(/^~(?=$|[/\\])/, () => homedir());
  return home.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    return env[bare ?? braced ?? ''] ?? whole;
  });
}

/** The Hub's rule for names: up to two parts of letters, digits, `-`, `_` and `.`, without `--` and `..`. */
const NAME = /^(?!.*(--|\.\.))[A-Za-z0-9_][\w.-]*(\/[A-Za-z0-9_][\w.-]*)?$/;
const REVISION = /^(?!.*\.\.)[\w][\w./+-]*$/;

/** Whether a text can be the name of a model on the Hub. */
export function isHubName(text: string): boolean {
  const [name, ...revision] = text.split('@');
  return NAME.test(name) && revision.length < 2 && revision.every((part) => REVISION.test(part));
}

/** @throws UserError `model.name` */
export function parseHubName(text: string): HubName {
  const [name, revision = null] = text.split('@');
  if (isHubName(text)) return { name, revision };
  throw new UserError(
    'model.name',
    `${showValue(text)} is no name of a model on the Hub; give ORG/NAME or ORG/NAME@REVISION, for example EleutherAI/pythia-70m-deduped`,
  );
}

/** The folder of a model, in the cache. */
export function repositoryFolder(cache: string, name: string): string {
  return join(cache, `models--${name.replaceAll('/', '--')}`);
}

/** Every snapshot of every model, by name; none where there is no cache. */
export function listCachedModels(cache: string): CachedModel[] {
  const folders = entriesOf(cache).filter((entry) => entry.startsWith('models--'));
  return folders.flatMap((folder) =>
    snapshotsOf(cache, folder.slice('models--'.length).replaceAll('--', '/')),
  );
}

/** The snapshots of a model, those that a branch points to first. */
export function snapshotsOf(cache: string, name: string): CachedModel[] {
  const repository = repositoryFolder(cache, name);
  const refs = refsOf(join(repository, 'refs'));
  const commits = entriesOf(join(repository, 'snapshots')).filter((entry) => !entry.startsWith('.'));
  const found = commits.map((revision) => ({
    name,
    revision,
    refs: refs.filter(([, commit]) => commit === revision).map(([ref]) => ref),
    path: join(repository, 'snapshots', revision),
  }));
  return found.toSorted((a, b) => b.refs.length - a.refs.length);
}

/**
 * The snapshot that a name means: of a branch or tag as it was fetched, or of a commit, which may be shortened.
 * @param revision null is `main`
 * @returns null where it is not in the cache
 */
export function findSnapshot(cache: string, { name, revision }: HubName): CachedModel | null {
  const snapshots = snapshotsOf(cache, name);
  const wanted = revision ?? 'main';
  const exact = snapshots.find((one) => one.revision === wanted || one.refs.includes(wanted));
  if (exact) return exact;
  const begun = /^[0-9a-f]{7,}$/.test(wanted)
    ? snapshots.filter((one) => one.revision.startsWith(wanted))
    : [];
  return begun.length === 1 ? begun[0] : null;
}

/** Names below `refs`, some of which have slashes, with their commits. */
function refsOf(folder: string, within = ''): [ref: string, commit: string][] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return refsOf(path, `${within}${entry.name}/`);
      return [[`${within}${entry.name}`, readFileSync(path, 'utf8').trim()]];
    });
  } catch {
    return [];
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
