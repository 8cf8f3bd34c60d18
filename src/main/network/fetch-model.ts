/** Fetches a model of the Hub into the cache that Hugging Face's libraries share: what is needed, and only on request. */
import { mkdirSync, statSync, symlinkSync, copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { sizeText } from '#shared/counting.ts';
import { UserError } from '#shared/errors.ts';
import { repositoryFolder } from '#lab/weights/hub-cache.ts';
import { CONFIG, INDEX, isPickle, WEIGHTS } from '#lab/weights/model-files.ts';
import { writeWhole } from '../files.ts';
import { freeBytes } from '../machine-disk.ts';
import { fetchBlob, haveBytes, unwritable } from './fetch-blob.ts';
import type { HubClient, HubFile, HubModel } from './hub-client.ts';

/** What a fetch would bring. */
export interface FetchPlan {
  model: HubModel;
  /** Branch or tag that was asked for; null for a commit. */
  ref: string | null;
  /** Folder of the model in the cache. */
  repository: string;
  /** All files that the model needs. */
  files: HubFile[];
  /** Size of these. */
  bytes: number;
  /** Of that, not here yet. */
  missing: number;
}

export interface FetchOptions {
  /** Told the bytes that are here, of all. */
  progress?: (done: number, total: number) => void;
  signal?: AbortSignal;
  /** Free bytes of a folder's disk, for tests. */
  free?: (folder: string) => number;
}

/** Beside weights: what config and tokenizers consist of. Never pickles, nor weights of other frameworks. */
const SMALL_FILES =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json$|^(merges\.txt|vocab\.txt|tokenizer\.model|spiece\.model|chat_template\.jinja)$/;
const SHARD = /^model-\d+-of-\d+\.safetensors$/;

/**
 * Asks the Hub what a model consists of.
 * @param revision branch, tag or commit; null is `main`
 * @throws UserError `hub.*`; `model.pickle`, `model.weights` where the model has no safetensors
 */
export async function planFetch(
  client: HubClient,
  cache: string,
  { name, revision }: { name: string; revision: string | null },
): Promise<FetchPlan> {
  const model = await client.model(name, revision);
  const files = neededOf(model, client.host);
  const repository = repositoryFolder(cache, model.name);
  const bytes = sum(files.map(({ size }) => size));
  const missing = bytes - sum(files.map((file) => haveBytes(blobOf(repository, file), file)));
  return { model, ref: refOf(model, revision ?? 'main'), repository, files, bytes, missing };
}

function refOf({ revision }: HubModel, wanted: string): string | null {
  return /^[0-9a-f]{7,40}$/.test(wanted) && revision.startsWith(wanted) ? null : wanted;
}

/** One file of weights where there is one, as transformers takes it; else the index and its shards. */
function neededOf({ name, revision, files }: HubModel, host: string): HubFile[] {
  const named = (name: string) => files.filter((file) => file.path === name);
  const shards = () => files.filter((file) => SHARD.test(file.path));
  const index = named(INDEX);
  const taken = named(WEIGHTS).length > 0 ? named(WEIGHTS) : index.length > 0 ? [...index, ...shards()] : [];
  const small = files.filter((file) => SMALL_FILES.test(file.path));
  if (!small.some((file) => file.path === CONFIG))
    throw new UserError(
      'model.config',
      `${name} on ${host} has no config.json: it is no model of transformers`,
    );
  if (taken.length > 0) return [...small, ...taken];
  const pickle = files.find((file) => isPickle(file.path));
  if (pickle === undefined)
    throw new UserError('model.weights', `${name} on ${host} has no model.safetensors at ${revision}`);
  throw new UserError(
    'model.pickle',
    `${name} on ${host} has its weights only as a pickle (${pickle.path}), which can run any code when it is opened, ` +
      `so it is not fetched; look for a revision with safetensors, such as ${name}@refs/pr/1, or convert it with ` +
      'model.save_pretrained(folder, safe_serialization=True) in transformers',
  );
}

/**
 * Fetches what of a plan is not here, checks it, and puts it into the cache's layout: blobs, then the snapshot, then
 * the name of the branch, so that a fetch that was broken off is never found by it.
 * @returns the folder of the snapshot
 * @throws UserError `hub.*` (`hub.checksum`, `hub.cut`, `hub.space`, …); what was fetched stays and is gone on with
 */
export async function fetchModel(
  client: HubClient,
  plan: FetchPlan,
  { progress = () => {}, signal, free = freeBytes }: FetchOptions = {},
): Promise<string> {
  checkSpace(plan, free);
  try {
    return await fetchAll(client, plan, progress, signal);
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? unwritable(plan.repository, error) : error;
  }
}

async function fetchAll(
  client: HubClient,
  { model, ref, repository, files, bytes }: FetchPlan,
  progress: NonNullable<FetchOptions['progress']>,
  signal?: AbortSignal,
): Promise<string> {
  const snapshot = path.join(repository, 'snapshots', model.revision);
  let before = 0;
  for (const file of files) {
    const blob = blobOf(repository, file);
    const advanced = (done: number) => progress(before + done, bytes);
    await fetchBlob(client, model, file, blob, { advanced, signal });
    link(blob, path.join(snapshot, file.path), file.size);
    before += file.size;
  }
  if (ref !== null) writeWhole(path.join(repository, 'refs', ref), model.revision);
  return snapshot;
}

function blobOf(repository: string, { hash }: HubFile): string {
  return path.join(repository, 'blobs', hash);
}

/** A relative link, so that the cache can be moved; a copy where links are not allowed. */
function link(blob: string, file: string, size: number): void {
  mkdirSync(path.dirname(file), { recursive: true });
  if (statSync(file, { throwIfNoEntry: false })?.size === size) return;
  rmSync(file, { force: true });
  try {
    symlinkSync(path.relative(path.dirname(file), blob), file);
  } catch {
    copyFileSync(blob, file);
  }
}

function checkSpace({ repository, missing, model }: FetchPlan, free: (folder: string) => number): void {
  const there = free(repository);
  if (missing <= there) return;
  throw new UserError(
    'hub.space',
    `${model.name} needs ${sizeText(missing)} more, but the disk of ${repository} has ${sizeText(there)} free; ` +
      'free some space, or set HF_HOME to another disk',
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
