/** How long the app takes, seen through real Chromium against a real `credence serve`. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openApp, type App } from '#test/e2e/browser.ts';
import type { ExperimentListItem } from '#shared/api/experiments.ts';
import type { RunDetail } from '#shared/api/runs.ts';
import { writeHistory, type HistorySize } from './history.ts';
import { withFirstWindow } from './first-window.ts';
import { frameTimes, openComparison, openList, requestTime } from './page.ts';
import { summarise, type AppRow } from './summary.ts';

export interface AppOptions {
  sizes: readonly HistorySize[];
  /** Experiments laid side by side. */
  compared: number;
  /** Servers started for each figure. */
  repeats: number;
  /** Seconds over which frames are counted. */
  seconds: number;
  progress: (message: string) => void;
}

/** Samples by what was measured. */
type Samples = Map<string, number[]>;

/** Rows of the side bar that fill a window: the list draws those in sight. */
const ROWS = 15;
/** Requests of one kind in a row. */
const REQUESTS = 10;
/** A frame that took longer than this was late by one at least (60 a second). */
const LATE = 1.5 * (1000 / 60);

/** Every figure for every history. */
export async function measureApp(options: AppOptions): Promise<AppRow[]> {
  const rows: AppRow[] = [];
  for (const size of options.sizes) rows.push(...(await measureHistory(size, options)));
  return rows;
}

async function measureHistory(size: HistorySize, options: AppOptions): Promise<AppRow[]> {
  const label = `${size.experiments} × ${size.seeds}`;
  const folder = mkdtempSync(path.join(tmpdir(), 'credence-bench-'));
  const samples: Samples = new Map();
  try {
    options.progress(`writing ${label} runs of ${size.evaluations} evaluations each`);
    writeHistory(folder, size);
    // Nothing is prepared yet, and at the second start everything is.
    for (let repeat = 0; repeat < options.repeats; repeat++) {
      options.progress(`${label} runs: new history, ${repeat + 1} of ${options.repeats}`);
      await withCopy(folder, (home) => measureUnprepared(home, size, options, samples));
    }
    await prepare(folder, size, options);
    for (let repeat = 0; repeat < options.repeats; repeat++) {
      options.progress(`${label} runs: server ${repeat + 1} of ${options.repeats}`);
      await measurePrepared(folder, size, options, samples);
      await measureFirstWindow(folder, size, options, samples);
    }
    options.progress(`${label} runs: frames while a run trains`);
    await measureFrames(folder, options, samples);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return [...samples].map(([what, values]) => summarise(label, what, values));
}

async function withCopy(folder: string, act: (home: string) => Promise<void>): Promise<void> {
  const home = `${folder}-copy`;
  cpSync(folder, home, { recursive: true });
  try {
    await act(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function withApp(home: string, act: (app: App) => Promise<void>): Promise<void> {
  const app = await openApp(home);
  try {
    await act(app);
  } finally {
    await app.close();
  }
}

function add(samples: Samples, what: string, ...values: number[]): void {
  samples.set(what, [...(samples.get(what) ?? []), ...values]);
}

/** Experiments spread over the history, the one that opens by itself left out. */
function chosen({ experiments }: HistorySize, compared: number): number[] {
  const step = Math.max(1, Math.floor((experiments - 1) / compared));
  return Array.from({ length: Math.min(compared, experiments - 1) }, (_, i) => 1 + i * step);
}

/** A history that the app has never opened, as the command line leaves it: everything is worked out now. */
async function measureUnprepared(home: string, size: HistorySize, options: AppOptions, samples: Samples) {
  await withApp(home, async ({ context, page }) => {
    const list = await openList(context, new URL('/', page.url()).href, Math.min(ROWS, size.experiments));
    const { all } = await openComparison(list.page, chosen(size, options.compared));
    add(samples, 'first opening: list drawn', list.asked);
    add(samples, 'first opening: comparison drawn', all);
  });
}

/** Waits until the app has prepared what it prepares by itself. */
async function prepare(home: string, { experiments }: HistorySize, options: AppOptions): Promise<void> {
  options.progress('letting the app prepare headlines and curves');
  await withApp(home, async ({ post, page }) => {
    const { origin } = new URL(page.url());
    for (;;) {
      const list = (await post('experiments.list', {})) as ExperimentListItem[];
      if (list.every(({ headline }) => headline !== null)) break;
      await sleep(200);
    }
    // Curves follow one by one; asking for them all is the same work without the pauses between.
    for (let experiment = 1; experiment <= experiments; experiment++)
      await requestTime(page, `${origin}/api/analysis.curves`, { experiment });
  });
}

async function measurePrepared(home: string, size: HistorySize, options: AppOptions, samples: Samples) {
  await withApp(home, async ({ context, page }) => {
    const { origin } = new URL(page.url());
    for (let i = 0; i < REQUESTS; i++)
      add(samples, 'list: reply', await requestTime(page, `${origin}/api/experiments.list`, {}));
    const list = await openList(context, `${origin}/`, Math.min(ROWS, size.experiments));
    add(samples, 'list: asked for until drawn', list.asked);
    add(samples, 'page load until the list is drawn', list.drawn);
    const ids = chosen(size, options.compared);
    const cold = await openComparison(list.page, ids);
    add(samples, 'comparison, server just started: charts in sight drawn', cold.sight);
    add(samples, 'comparison, server just started: all drawn', cold.all);
    await list.page.goto(`${origin}/#/queue`);
    const warm = await openComparison(list.page, ids);
    add(samples, 'comparison, again: charts in sight drawn', warm.sight);
    add(samples, 'comparison, again: all drawn', warm.all);
  });
}

/** The first window of a server, and a comparison in it once its experiments were picked. */
async function measureFirstWindow(home: string, size: HistorySize, options: AppOptions, samples: Samples) {
  await withFirstWindow(home, async ({ page, asked }) => {
    add(samples, 'list, first window of a server: asked for until shown', asked);
    const { sight, all } = await openComparison(page, chosen(size, options.compared));
    add(samples, 'comparison, first of a server, once picked: charts in sight drawn', sight);
    add(samples, 'comparison, first of a server, once picked: all drawn', all);
  });
}

/** Frames of the runs view, at rest and while real runs fill the cores beside it. */
async function measureFrames(home: string, { seconds }: AppOptions, samples: Samples): Promise<void> {
  await withApp(home, async ({ page, post }) => {
    const count = (what: string, times: readonly number[]) => {
      add(samples, `frame, ${what}`, ...times);
      const dropped = times.map((time) => (time > LATE ? Math.round(time / (1000 / 60)) - 1 : 0));
      add(
        samples,
        `frames in ${seconds} s, ${what}: dropped`,
        dropped.reduce((sum, each) => sum + each, 0),
      );
    };
    count('nothing trains', await frameTimes(page, seconds));
    const created = (await post('experiments.create', { config: STREAMING })) as {
      experiment: { id: number };
      runs: { id: number }[];
    };
    await page.goto(`${new URL(page.url()).origin}/#/runs/${created.experiment.id}`);
    await trains(post, created.runs[0].id);
    count('runs train on every core', await frameTimes(page, seconds));
    await post('runs.cancel', { ids: created.runs.map(({ id }) => id) });
  });
}

async function trains(post: App['post'], run: number): Promise<void> {
  for (;;) {
    const { progress } = (await post('runs.get', { id: run })) as RunDetail;
    if (progress && progress.fraction > 0) return;
    await sleep(100);
  }
}

/** Small and long: it reports ten times a second and evaluates often. */
const STREAMING = {
  name: 'streaming',
  dataset: { kind: 'world', n_entities: 400, n_attributes: 4, n_values: 4 },
  model: { architecture: 'gpt2', d_model: 64, n_layers: 2, n_heads: 4 },
  training: {
    loss: 'targets',
    optimizer: { name: 'adamw' },
    stage1: { epochs: 5000, batch_size: 64, lr: 1e-3, evaluate_every: 5 },
    stage2: { epochs: 1 },
  },
  evaluation: { tests: ['questions'] },
  seeds: 2,
};
