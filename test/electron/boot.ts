/**
 * Boots a packaged app under plain Node, with a stand-in for Electron's API, and does what a person would:
 *   node test/electron/boot.ts FOLDER CONFIG BUNDLE
 * FOLDER is the unpacked archive; the experiment in CONFIG (JSON) is trained, BUNDLE is opened by a second start. Prints
 * what came of it as JSON.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { MovedExperiment } from '#shared/bundles.ts';
import type { Events, Push } from '#shared/contract.ts';
import type { ExperimentDetail } from '#shared/api/experiments.ts';
import { app, seen } from './electron-stand-in.ts';

const [folder = '', config = '', bundle = ''] = process.argv.slice(2).map((file) => path.resolve(file));
const STAND_IN = new URL('electron-stand-in.ts', import.meta.url).href;

registerHooks({
  resolve: (name, context, next) =>
    name === 'electron' ? { url: STAND_IN, shortCircuit: true } : next(name, context),
});
process.argv = [process.execPath];
await import(pathToFileURL(path.join(folder, 'out', 'main', 'app.js')).href);
await until(() => seen.address !== null || seen.box !== null);
if (seen.box) throw new Error(seen.box);

createRequire(import.meta.url)(path.join(folder, 'out', 'preload', 'index.cjs'));
const opened: Events['open'][] = [];
seen.bridge?.subscribe((push: Push) => push.event === 'open' && opened.push(push.payload));

const files = await servedFiles();
const chunks = path.join(folder, 'out', 'main', 'chunks');
for (const chunk of readdirSync(chunks)) await import(pathToFileURL(path.join(chunks, chunk)).href);
const { experiment } = await call<ExperimentDetail>('experiments.create', {
  config: JSON.parse(readFileSync(config, 'utf8')) as object,
});
await until(async () => {
  const { runs } = await call<ExperimentDetail>('experiments.get', { id: experiment.id });
  return runs.every(({ state }) => state !== 'queued' && state !== 'running');
});
const { runs } = await call<ExperimentDetail>('experiments.get', { id: experiment.id });

app.emit('second-instance', {}, ['credence', bundle], process.cwd());
await until(() => opened.length > 0);
const taken = await call<MovedExperiment[]>('bundles.open', { path: opened[0]?.file });
const { database } = await call<{ database: string }>('system.info', {});
const trainers = seen.forked.map(({ spawnargs }) => path.relative(folder, spawnargs[1] ?? ''));
process.stdout.write(
  JSON.stringify({
    address: seen.address,
    files,
    runs: runs.map(({ state }) => state),
    taken,
    database,
    trainers,
  }),
);
app.quit();

/** Every file that the page names, and those that they name, as the app's own protocol serves them. */
async function servedFiles(): Promise<string[]> {
  const found = new Map<string, string>();
  const ask = async (url: string): Promise<void> => {
    if (found.has(url)) return;
    const answer = await seen.serve?.({ url, method: 'GET' });
    if (!answer?.ok) throw new Error(`${url}: ${answer?.status}`);
    const text = await answer.text();
    found.set(url, text);
    if (!/\.(html|js|css)$|\/$/.test(url)) return;
    const names = text.matchAll(
      /["'(`]((?:\.{0,2}\/)?(?:assets\/)?[\w.-]+-[\w-]{8}\.(?:js|css|woff2))["')`]/g,
    );
    for (const [, name] of names) {
      const base = name!.startsWith('assets/') ? 'credence://app/' : url;
      await ask(new URL(name!, base).href);
    }
  };
  for (const url of ['credence://app/', 'credence://app/icon.svg']) await ask(url);
  return [...found.keys()];
}

async function call<T>(method: string, args: object): Promise<T> {
  const envelope = await seen.bridge?.call(method, args);
  if (!envelope?.ok) throw new Error(`${method}: ${JSON.stringify(envelope)}`);
  return envelope.value as T;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 100) {
    if (await holds()) return;
    await wait(100);
  }
  throw new Error('waited two minutes in vain');
}
