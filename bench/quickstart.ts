/**
 * The whole quick start, from data to last evaluation: `credence run pocket` against peers/quickstart.py, a
 * PyTorch script of the same recipe as its users would write it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTask } from '#lab/tasks/index.ts';
import { loadConfig } from '#main/experiments/config-file.ts';
import { SOURCES } from '#test/credence.ts';
import { finished, seconds } from './commands.ts';
import type { Arrangement } from './contenders.ts';
import { describe, type Setting } from './rows.ts';
import type { Torch } from './torch.ts';

export const QUICKSTART = 'quickstart';

const SCRIPT = fileURLToPath(new URL('./peers/quickstart.py', import.meta.url));

export interface QuickstartOptions {
  /** The peer; null where there is none. */
  torch: Torch | null;
  cores: number;
  rounds: number;
  /** Seeds of the run; the preset has six. */
  seeds: number;
  progress: (message: string) => void;
}

async function runCredence(seeds: number, folder: string): Promise<void> {
  const home = mkdtempSync(path.join(folder, 'home-'));
  const args = [SOURCES, 'run', 'pocket', '--seeds', String(seeds), '--json'];
  await finished(process.execPath, args, { CREDENCE_HOME: home });
}

/**
 * Seeds shared out over processes that run at the same time; one after another within each.
 * @throws if the script took other steps than the recipe has
 */
async function runTorch(
  { python }: Torch,
  count: number,
  { processes, threads }: Arrangement,
  recipe: Recipe,
) {
  const seeds = Array.from({ length: count }, (_, seed) => seed);
  const results = Array.from({ length: Math.min(processes, seeds.length) }, async (_, i) => {
    const own = seeds.filter((seed) => seed % processes === i).map(String);
    const args = [SCRIPT, recipe.file, '--seeds', ...own, '--threads', String(threads)];
    const output = await finished(python, args, { OMP_NUM_THREADS: String(threads) });
    return JSON.parse(output.trim().split('\n').at(-1) ?? '') as { steps: number }[];
  });
  for (const { steps } of (await Promise.all(results)).flat()) {
    if (steps !== recipe.steps)
      throw new Error(`the PyTorch quick start took ${steps} steps, not ${recipe.steps}`);
  }
}

/** The preset in full, for the script, and the steps of one seed. */
interface Recipe {
  file: string;
  steps: number;
}

async function writeRecipe(folder: string): Promise<Recipe> {
  const config = loadConfig('pocket', {});
  const task = await loadTask(config, 0);
  const { model } = task;
  const { steps } = task.plan();
  const file = path.join(folder, 'recipe.json');
  writeFileSync(file, JSON.stringify({ config, model }));
  return { file, steps };
}

interface Contender {
  setting: Setting;
  run: () => Promise<void>;
}

/** As `credence run` shares out the seeds; the script with all threads, and as a process per core. */
function contenders({ torch, cores, seeds }: QuickstartOptions, folder: string, recipe: Recipe): Contender[] {
  const perCore = { processes: Math.min(cores, seeds), threads: 1 };
  const own = { runner: 'onnx', isPeer: false, arrangement: perCore, rates: [] };
  const engine = { setting: own, run: () => runCredence(seeds, folder) };
  if (!torch) return [engine];
  const runner = `PyTorch ${torch.version} eager`;
  const peers = [{ processes: 1, threads: cores }, perCore].map((arrangement) => ({
    setting: { runner, isPeer: true, arrangement, rates: [] },
    run: () => runTorch(torch, seeds, arrangement, recipe),
  }));
  return [engine, ...peers];
}

/** Steps per second of the whole quick start: steps of all seeds over the time from start to last result. */
export async function measureQuickstart(options: QuickstartOptions): Promise<Setting[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'credence-bench-'));
  try {
    const recipe = await writeRecipe(folder);
    const all = contenders(options, folder, recipe);
    for (let round = 1; round <= options.rounds; round++) {
      for (const { setting, run } of all) {
        options.progress(
          `round ${round} of ${options.rounds}: quick start, ${setting.runner}, ${describe(setting.arrangement)}`,
        );
        setting.rates.push((options.seeds * recipe.steps) / (await seconds(run)));
      }
    }
    return all.map(({ setting }) => setting);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
