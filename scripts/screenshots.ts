/**
 * Makes docs/screenshots: every view empty, busy, failed and full, in both themes and two sizes. The app is the
 * real one: models are trained, a training process is killed, a learning rate diverges.
 *   node scripts/screenshots.ts [part of a name …]
 * With names only those pictures are made; where all of them have "sweep" in them, nothing else is trained.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { ExperimentDetail } from '../src/shared/api/experiments.ts';
import type { QueueState } from '../src/shared/api/runs.ts';
import type { CreatedSweep, SweepDetail } from '../src/shared/api/sweeps.ts';
import type { RunState } from '../src/shared/records.ts';
import type { CurvesReply } from '../src/shared/api/analysis.ts';
import { openApp, type App } from '../test/e2e/browser.ts';

const FOLDER = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const THEMES = ['light', 'dark'] as const;
const WANTED = process.argv.slice(2);
const MINUTE = 60_000;

/** The pocket world made small, so that all of it trains in minutes. */
const SMALL = {
  dataset: { kind: 'world', n_entities: 300, n_attributes: 6, n_values: 8 },
  model: { architecture: 'gpt2', d_model: 64, n_layers: 2, n_heads: 4 },
  training: {
    loss: 'targets',
    optimizer: { name: 'adamw', beta2: 0.99, eps: 1e-6, weight_decay: 0.3 },
    stage0: { epochs: 12, batch_size: 64, lr: 1e-3, evaluate_every: 2 },
    stage1: { epochs: 24, batch_size: 64, lr: 1e-3, definition_repeats: 2, fact_share: 1, evaluate_every: 2 },
    stage2: { epochs: 12, batch_size: 32, lr: 5e-4, eps: 1e-3, embedding_lr_multiplier: 20 },
  },
  evaluation: { tests: ['questions'] },
  seeds: [0, 1, 2],
};

const WIDE = { ...SMALL, name: 'Pocket, width 96', model: { ...SMALL.model, d_model: 96 } };
const NARROW = { ...SMALL, name: 'Pocket, width 64' };
const HONEST = { ...SMALL, name: 'Tags honest half the time', tags: { correlation: 0.5 } };
const ORDER = { ...SMALL, name: 'Alias before the tag', tags: { order: 'vte' } };
/** Without clipping, a hundred thousand times the usual rate ends in a loss that is no number. */
const DIVERGING = {
  ...SMALL,
  name: 'Learning rate far too high',
  training: {
    ...SMALL.training,
    optimizer: { ...SMALL.training.optimizer, clip_norm: null },
    stage0: null,
    stage1: { ...SMALL.training.stage1, lr: 10, fact_share: 0 },
  },
  seeds: [0, 1],
};

/** One picture per size and theme. */
async function shoot(page: Page, name: string): Promise<void> {
  if (WANTED.length > 0 && !WANTED.some((part) => name.includes(part))) return;
  for (const size of SIZES) {
    for (const theme of THEMES) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.waitForTimeout(450);
      await page.screenshot({ path: path.join(FOLDER, `${name}-${size.width}-${theme}.png`) });
    }
  }
}

function ofSweeps(name: string): boolean {
  return name.includes('sweep');
}

async function go(page: Page, place: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${new URL(page.url()).origin}/#/${place}`);
  await page.reload();
  await page.mouse.move(276, 500);
  await page.waitForTimeout(1800);
}

/** Three values of truthfulness, three orders: a grid. */
const SWEEP = {
  ...SMALL,
  name: 'Truthfulness and order',
  training: {
    ...SMALL.training,
    stage0: { ...SMALL.training.stage0, epochs: 6 },
    stage1: { ...SMALL.training.stage1, epochs: 8 },
    stage2: { ...SMALL.training.stage2, epochs: 4 },
  },
  seeds: [0, 1],
  sweep: { over: { 'tags.correlation': '0.5..1 step 0.25', 'tags.order': 'tve, vte, etv' } },
};

async function createSweep({ post }: App, config: object): Promise<number> {
  const { sweep } = (await post('sweeps.create', { config })) as CreatedSweep;
  return sweep.id;
}

/** Waits until so many runs of a sweep are in one of the states. */
async function sweepReached(
  { page, post }: App,
  id: number,
  states: RunState[],
  count: number,
): Promise<void> {
  for (let waited = 0; waited < 30 * MINUTE; waited += 250) {
    const detail = (await post('sweeps.get', { id })) as SweepDetail;
    if (states.reduce((sum, state) => sum + detail.states[state], 0) >= count) return;
    await page.waitForTimeout(250);
  }
  throw new Error(`sweep ${id} had no ${count} runs that are ${states.join(' or ')}`);
}

/** Sweeps under way, done as lines and as a table, with runs that failed; and one being designed. */
async function swept(app: App): Promise<void> {
  const { page, post } = app;
  const { waiting } = (await post('runs.queue', {})) as QueueState;
  if (waiting.length > 0) await post('runs.cancel', { ids: waiting.map(({ run }) => run.id) });
  await post('runs.setQueue', { held: false });
  const id = await createSweep(app, SWEEP);
  await sweepReached(app, id, ['done'], 8);
  await go(page, `runs/s${id}`);
  await shoot(page, 'sweep-busy');
  await sweepReached(app, id, ['done'], 18);
  await go(page, `runs/s${id}`);
  await shoot(page, 'sweep-full');
  await page.getByRole('radio', { name: 'Table' }).first().click();
  await shoot(page, 'sweep-full-table');
  await go(page, 'runs');
  await page.getByRole('button', { name: /^Show the combinations of/ }).click();
  await shoot(page, 'runs-all-sweep');
  await go(page, `runs/s${id}`);
  await page.getByRole('button', { name: 'Open in design' }).click();
  await page.getByTestId('sweep-summary').getByText('on this machine').waitFor();
  await page.getByTestId('combinations').scrollIntoViewIfNeeded();
  await shoot(page, 'design-sweep');
  const lr = { over: { 'training.stage1.lr': [1e-3, 10] } };
  const diverging = await createSweep(app, { ...DIVERGING, name: 'Learning rates', sweep: lr });
  await sweepReached(app, diverging, ['failed'], 1);
  await go(page, `runs/s${diverging}`);
  await shoot(page, 'sweep-failed');
}

async function create({ post }: App, config: object): Promise<number> {
  const { experiment } = (await post('experiments.create', { config })) as ExperimentDetail;
  return experiment.id;
}

/** Waits until so many runs of an experiment are in one of the states. */
async function reached(
  { page, post }: App,
  id: number,
  states: string[],
  count = 1,
): Promise<ExperimentDetail> {
  for (let waited = 0; waited < 20 * MINUTE; waited += 250) {
    const detail = (await post('experiments.get', { id })) as ExperimentDetail;
    if (detail.runs.filter(({ state }) => states.includes(state)).length >= count) return detail;
    await page.waitForTimeout(250);
  }
  throw new Error(`experiment ${id} had no ${count} runs that are ${states.join(' or ')}`);
}

/** Waits until the curves of an experiment have so many points. */
async function evaluated({ page, post }: App, experiment: number, points: number): Promise<void> {
  for (let waited = 0; waited < 20 * MINUTE; waited += 250) {
    const { curves } = (await post('analysis.curves', { experiment })) as CurvesReply;
    if ((curves[0]?.points.length ?? 0) >= points) return;
    await page.waitForTimeout(250);
  }
  throw new Error(`experiment ${experiment} was not evaluated ${points} times`);
}

/** Nothing was ever run. */
async function empty({ page }: App): Promise<void> {
  await page.getByRole('button', { name: 'Run the quick start' }).waitFor();
  await shoot(page, 'runs-empty');
  await go(page, 'compare');
  await shoot(page, 'compare-empty');
  await go(page, 'queue');
  await shoot(page, 'queue-empty');
  await go(page, 'design');
  await page.getByLabel('Dataset', { exact: true }).selectOption('csv');
  await page.getByLabel('Table', { exact: true }).scrollIntoViewIfNeeded();
  await shoot(page, 'design-empty');
  await page.getByLabel('Dataset', { exact: true }).selectOption('world');
}

/** Models train, others wait, a text is on its way. */
async function busy(app: App): Promise<void> {
  const { page } = app;
  await create(app, NARROW);
  await create(app, WIDE);
  await go(page, 'runs/1');
  await evaluated(app, 1, 7);
  await page.waitForTimeout(1000);
  await shoot(page, 'runs-busy');
  await go(page, 'queue');
  await shoot(page, 'queue-busy');
  await go(page, 'compare/1,2');
  await shoot(page, 'compare-busy');
  await page.route('**/api/design.preview', () => undefined);
  await go(page, 'design');
  await shoot(page, 'design-busy');
  await page.unroute('**/api/design.preview');
}

/** A process that is killed, a loss that is no number, a scheme that contradicts itself. */
async function failed(app: App): Promise<void> {
  const { page } = app;
  const { runs } = await reached(app, 2, ['running']);
  const pid = runs.find(({ state }) => state === 'running')?.worker_pid;
  if (!pid) throw new Error('no training process to kill');
  await evaluated(app, 2, 5);
  process.kill(pid, 'SIGKILL');
  await reached(app, 2, ['failed']);
  await go(page, 'runs/2');
  await shoot(page, 'runs-failed');
  const diverging = await create(app, DIVERGING);
  await reached(app, diverging, ['failed'], 2);
  await go(page, 'queue');
  await shoot(page, 'queue-failed');
  await go(page, `compare/1,${diverging}`);
  await shoot(page, 'compare-failed');
  await go(page, 'design');
  await page.getByLabel('Text of the unreliable tag').fill('oracle');
  await page.getByLabel('Text of the reliable tag').fill('oracle');
  await page.waitForTimeout(1500);
  await shoot(page, 'design-failed');
  await page.getByLabel('Text of the reliable tag').fill('');
  await page.getByLabel('Text of the unreliable tag').fill('');
}

/** Everything has been trained, much is there to be seen. */
async function full(app: App): Promise<void> {
  const { page, post } = app;
  const { runs } = (await post('experiments.get', { id: 2 })) as ExperimentDetail;
  await post('runs.resume', { ids: runs.filter(({ state }) => state === 'failed').map(({ id }) => id) });
  const others = [await create(app, HONEST), await create(app, ORDER)];
  for (const id of [1, 2, ...others]) await reached(app, id, ['done'], 3);
  await post('experiments.label', { ids: [1, 2], add: ['width'] });
  await post('experiments.label', { ids: others, add: ['tags'] });
  await go(page, 'runs/2');
  await shoot(page, 'runs-full');
  await page.getByTestId('seeds').getByRole('button').first().click();
  await page.getByTestId('results').scrollIntoViewIfNeeded();
  await shoot(page, 'runs-full-below');
  await go(page, 'runs');
  await shoot(page, 'runs-all');
  await go(page, `compare/1,2,${others[0]}`);
  await shoot(page, 'compare-full');
  await page.getByTestId('forest').scrollIntoViewIfNeeded();
  await page.getByTestId('diff').scrollIntoViewIfNeeded();
  await shoot(page, 'compare-full-below');
  await go(page, 'design');
  await shoot(page, 'design-full');
  await post('runs.setQueue', { held: true });
  for (const config of [NARROW, WIDE, HONEST])
    await create(app, { ...config, name: `${config.name}, more seeds`, seeds: [10, 11, 12] });
  await go(page, 'queue');
  await shoot(page, 'queue-full');
}

mkdirSync(FOLDER, { recursive: true });
const app = await openApp();
try {
  const parts = [empty, busy, failed, full].filter(
    () => !WANTED.length || WANTED.some((name) => !ofSweeps(name)),
  );
  if (!WANTED.length || WANTED.some(ofSweeps)) parts.push(swept);
  for (const part of parts) await part(app);
} finally {
  await app.close();
}
