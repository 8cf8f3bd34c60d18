/**
 * Measures the loaders on synthetic files of the published sizes: seconds, processor seconds (what counts on a
 * machine that is shared), megabytes a second, peak memory, time to cancel, and time from the cache. The files are made where they are missing and not committed.
 *
 * `node bench/datasets.ts [FOLDER]`; one loader: `node bench/datasets.ts FOLDER cvdb|trex|triples`.
 */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { languageSchema } from '#shared/config/language.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import { writeSynthetic } from './synthetic-data.ts';

const FILES = {
  cvdb: { name: 'cross-verified-database.csv', size: 2_000_000 },
  trex: { name: 'trex.json', size: 1_000_000_000 },
  triples: { name: 'triples.json', size: 1_000_000_000 },
};
type Kind = keyof typeof FILES;

const [folder = '/tmp/credence-bench-data', only] = process.argv.slice(2);
if (only) await measure(only as Kind);
else
  for (const kind of Object.keys(FILES)) {
    // A process each, so that each has its own peak of memory.
    const child = fork(import.meta.filename, [folder, kind]);
    await once(child, 'exit');
  }

async function measure(kind: Kind): Promise<void> {
  const { name, size } = FILES[kind];
  const file = path.join(folder, name);
  const cache = path.join(folder, `cache-${kind}`);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) await writeSynthetic(kind, file, size);
  rmSync(cache, { recursive: true, force: true });
  const dataset = { kind: kind === 'cvdb' ? 'cvdb' : 'trex', path: file };
  const config = languageSchema.parse({ dataset }).dataset;
  const cancel = await timeToCancel(config);
  const before = process.cpuUsage();
  const fresh = await seconds(() => loadDataset(config, 0));
  const { user, system } = process.cpuUsage(before);
  const peak = process.resourceUsage().maxRSS / 1024;
  const kept = await seconds(() => loadDataset(config, 0, { cache }));
  const cached = await seconds(() => loadDataset(config, 0, { cache }));
  const megabytes = statSync(file).size / 1e6;
  console.log(
    `${kind}: ${megabytes.toFixed(0)} MB in ${fresh.toFixed(1)} s (${(megabytes / fresh).toFixed(0)} MB/s), ` +
      `processor ${((user + system) / 1e6).toFixed(1)} s, ` +
      `peak memory ${peak.toFixed(0)} MB, cancelled after ${(cancel * 1000).toFixed(0)} ms; ` +
      `with cache ${kept.toFixed(1)} s, from the cache ${cached.toFixed(2)} s`,
  );
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Seconds from the wish to cancel, at about a tenth of the file, to the end of the loading. */
async function timeToCancel(config: Parameters<typeof loadDataset>[0]): Promise<number> {
  const control = new AbortController();
  let asked = 0;
  const progress = (share: number) => {
    if (share < 0.1 || asked > 0) return;
    asked = performance.now();
    control.abort();
  };
  const outcome = await loadDataset(config, 0, { signal: control.signal, progress }).catch(
    (error: Error) => error.name,
  );
  if (outcome !== 'AbortError') throw new Error('the loading was not cancelled');
  return (performance.now() - asked) / 1000;
}
