/** A user with a fresh cache of models in each test, and a small Hub on loopback: `useHub` has both there. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { fetchModel, planFetch } from '#main/network/fetch-model.ts';
import { createHubClient } from '#main/network/hub-client.ts';
import { startCredence, temporaryFolder, type Finished } from './credence.ts';
import { COMMIT, hashOf, startHub, type HubServer, type Repository } from './hub-server.ts';
import { tinyModel, tinyTensors } from './model-folders.ts';

export const NAME = 'tiny/llama';
export const WEIGHTS = 'model.safetensors';
export const home = temporaryFolder();

/** What is in a folder, by name. */
export const filesOf = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name))]));

const wide = { name: 'wide', shape: [100, 10], data: new Float32Array(1000).fill(0.5) };
/** The files of a model, as the Hub has them. */
export const whole = filesOf(tinyModel(path.join(home, 'whole'), { tensors: [...tinyTensors(), wide] }));
const parts = filesOf(
  tinyModel(path.join(home, 'parts'), { tensors: [...tinyTensors(), wide], shardBytes: 400 }),
);
const repository = (files: Record<string, Buffer>): Repository => ({ revision: COMMIT, files });
const junk = Buffer.from('never fetched');

const models = {
  [NAME]: repository({
    ...whole,
    'pytorch_model.bin': junk,
    'README.md': junk,
    'onnx/model.onnx': junk,
    '../config.json': junk,
    'onnx/config.json': junk,
  }),
  'tiny/parts': repository(parts),
  'old/pickle': repository({ 'config.json': whole['config.json'], 'pytorch_model.bin': junk }),
  'old/data': repository({ 'README.md': junk }),
};
/** Of the file whose tests run. */
export let hub: HubServer;
const closed = await startHub({});
/** Where nothing listens. */
export const closedPort = closed.endpoint;
await closed.close();

let made = 0;
/** `HF_HOME` of the test that runs. */
export let hubHome = '';

/** Has the Hub there for the tests of a file; each finds it whole, and the user's cache empty. */
export function useHub(): void {
  beforeAll(async () => {
    hub = await startHub(models);
  });
  beforeEach(() => {
    hubHome = path.join(home, `hub-${made++}`);
    hub.asked.length = 0;
    hub.faults = {};
  });
  afterAll(() => hub.close());
}

/** The user's, with what a test adds. */
export const environment = (more: NodeJS.ProcessEnv = {}) => ({
  HF_HOME: hubHome,
  HF_ENDPOINT: hub.endpoint,
  ...Object.fromEntries(
    ['HF_TOKEN', 'HF_HUB_CACHE', 'HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'].map((key) => [key, '']),
  ),
  ...more,
});
/** Runs `credence models …args`. */
export const run = (args: string[], more?: NodeJS.ProcessEnv): Promise<Finished> =>
  startCredence(['models', ...args], home, home, environment(more)).finished;

/** Where the cache has the model. */
export const folder = () => path.join(hubHome, 'hub', 'models--tiny--llama');
/** Where the cache has one of its files. */
export const blob = (name: string) => path.join(folder(), 'blobs', hashOf(whole[name]));
/** What the Hub was asked for that is no question about a repository. */
export const fetched = () => hub.asked.filter(({ path: asked }) => !asked.startsWith('/api/'));
/** Which parts of files were asked for, in order. */
export const ranges = () => hub.asked.filter(({ host }) => host === 'cdn').map(({ range }) => range);

/** Fetches a model without a process of its own. */
export async function get(text = NAME, more?: NodeJS.ProcessEnv, free?: () => number): Promise<string> {
  const [name, revision = null] = text.split('@');
  const client = createHubClient({ env: environment(more) });
  const plan = await planFetch(client, path.join(hubHome, 'hub'), { name, revision });
  return fetchModel(client, plan, { free });
}
