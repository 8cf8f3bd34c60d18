/**
 * Makes docs/screenshots: the real app, really trained, in both themes and two sizes.
 *   node scripts/screenshots.ts
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openApp, type App } from '../test/e2e/browser.ts';

const FOLDER = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const THEMES = ['light', 'dark'] as const;

/** The pocket world made small, so that all of it trains in a minute. */
function config(name: string, d_model: number) {
  return {
    name,
    dataset: { kind: 'world', n_entities: 300, n_attributes: 6, n_values: 8 },
    model: { architecture: 'gpt2', d_model, n_layers: 2, n_heads: 4 },
    training: {
      loss: 'targets',
      optimizer: { name: 'adamw', beta2: 0.99, eps: 1e-6, weight_decay: 0.3 },
      stage0: { epochs: 12, batch_size: 64, lr: 1e-3, evaluate_every: 2 },
      stage1: {
        epochs: 24,
        batch_size: 64,
        lr: 1e-3,
        definition_repeats: 2,
        fact_share: 1,
        evaluate_every: 2,
      },
      stage2: { epochs: 12, batch_size: 32, lr: 5e-4, eps: 1e-3, embedding_lr_multiplier: 20 },
    },
    evaluation: { tests: ['questions'] },
    seeds: [0, 1, 2],
  };
}

async function shoot(page: Page, name: string): Promise<void> {
  for (const size of SIZES) {
    for (const theme of THEMES) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.waitForTimeout(500);
      await page.screenshot({ path: path.join(FOLDER, `${name}-${size.width}-${theme}.png`) });
    }
  }
}

async function go(page: Page, place: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#/${place}`);
  await page.waitForTimeout(2000);
}

async function tour({ page, post }: App): Promise<void> {
  await page.getByRole('button', { name: 'Run the quick start' }).waitFor();
  await shoot(page, 'first-run');
  await post('experiments.create', { config: config('width 64', 64) });
  await post('experiments.create', { config: config('width 96', 96) });
  await go(page, 'runs/1');
  await page.waitForTimeout(6000);
  await shoot(page, 'runs-live');
  await go(page, 'queue');
  await shoot(page, 'queue');
  await go(page, 'runs/2');
  await page.getByText('3 of 3 seeds done').waitFor({ timeout: 300_000 });
  await shoot(page, 'runs-done');
  await go(page, 'compare/1,2');
  await shoot(page, 'compare');
  await go(page, 'design');
  await shoot(page, 'design');
}

mkdirSync(FOLDER, { recursive: true });
const app = await openApp();
await tour(app);
await app.close();
