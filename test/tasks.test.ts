/** Tasks without texts through the real command: what trains on pictures and on points does all that texts do. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine } from '#lab/engines/index.ts';
import { Cohort } from '#lab/steps/cohort.ts';
import { loadTask } from '#lab/tasks/index.ts';
import type { TrainingListener, TrainingSnapshot } from '#lab/training/listener.ts';
import { train } from '#lab/training/train.ts';
import { loadConfig } from '#main/experiments/config-file.ts';
import { configYaml, parseYaml } from '#main/experiments/yaml-text.ts';
import { plannedRuns } from '#shared/planned-runs.ts';
import type { Evaluation } from '#shared/progress.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { credence, temporaryFolder, writeIn } from './credence.ts';

const IMAGES = `
task: images
name: pictures
dataset: { kind: mnist, n_aliases: 60, letters: 3 }
model: { architecture: convnext, hidden_sizes: [8], depths: [1] }
training: { stage1: { epochs: 2, batch_size: 32 }, stage2: { epochs: 2, batch_size: 4 } }
seeds: 2
engine: onnx
`;
const TOY = `
task: regression
name: points
dataset: { kind: toy, d_y: 3, max_x: 2000, n_anchors: 10, n_clusters: 10, cluster_spread: 40, points_per_cluster: 30 }
model: { architecture: mlp, hidden_size: 16 }
training: { stage1: { epochs: 3, batch_size: 64 } }
seeds: 2
engine: onnx
`;
const TASKS = [
  ['images', IMAGES, 'accuracy'],
  ['regression', TOY, 'mse'],
] as const;

const parsed = (yaml: string) => resolveConfig(parseYaml(yaml, 'test'));

/** What a run leaves, stopped before step `stopAt` (counted from 1) where that is given. */
async function trained(
  yaml: string,
  seed: number,
  { stopAt = Infinity, from = null as TrainingSnapshot | null } = {},
) {
  const engine = await createEngine('onnx');
  const task = await loadTask(parsed(yaml), seed);
  const { left, listener } = keeper(stopAt);
  const outcome = await train({ task, engine }, listener, from);
  engine.dispose();
  return { ...left, outcome, hashes: { ...task.hashes } };
}

function keeper(stopAt = Infinity) {
  const left = {
    evaluations: [] as Evaluation[],
    weights: [] as Float32Array[],
    stop: null as TrainingSnapshot | null,
  };
  const ignore = () => {};
  let asked = 0;
  const listener: TrainingListener = {
    ...{ planned: ignore, stage: ignore, progress: ignore },
    evaluation: (evaluation) => void left.evaluations.push(evaluation),
    async savePoint(moment, read) {
      if (moment === 'stage') left.weights.push((await read()).state.parameters.data as Float32Array);
      if (moment === 'stop') left.stop = await read();
    },
    next: () => Promise.resolve(++asked === stopAt ? 'cancel' : 'go'),
  };
  return { left, listener };
}

describe.each(TASKS)('a task of %s', (task, yaml, metric) => {
  it('repeats bit for bit, and goes on identically after a stop', async () => {
    const whole = await trained(yaml, 1);
    expect(await trained(yaml, 1)).toEqual(whole);
    const begun = await trained(yaml, 1, { stopAt: 5 });
    expect(begun.outcome).toBe('cancelled');
    const rest = await trained(yaml, 1, { from: begun.stop });
    expect(rest.weights.at(-1)).toEqual(whole.weights.at(-1));
    expect([...begun.evaluations, ...rest.evaluations]).toEqual(whole.evaluations);
    const other = await trained(yaml, 2);
    expect(other.hashes.corpus).not.toBe(whole.hashes.corpus);
    expect(other.weights[0]).not.toEqual(whole.weights[0]);
  });

  it('trains seeds together as apart', async () => {
    const engine = await createEngine('onnx');
    const cohort = new Cohort(engine, 2);
    const together = await Promise.all(
      [1, 2].map(async (seed, i) => {
        const { left, listener } = keeper();
        const steps = cohort.member(i);
        await train({ task: await loadTask(parsed(yaml), seed), engine, steps }, listener);
        steps.leave();
        return left;
      }),
    );
    for (const [i, seed] of [1, 2].entries()) {
      const apart = await trained(yaml, seed);
      const [mine, theirs] = [together[i].weights.at(-1)!, apart.weights.at(-1)!];
      const furthest = mine.reduce((most, value, at) => Math.max(most, Math.abs(value - theirs[at])), 0);
      expect(furthest).toBeLessThan(1e-4);
    }
    engine.dispose();
  });

  it('runs from the command line: numbers, words and files are of its metric', async () => {
    const home = temporaryFolder();
    const file = writeIn(home, `${task}.yaml`, yaml);
    const run = await credence(['run', file, '--json'], home);
    expect(run.code, run.stderr).toBe(0);
    const summary = JSON.parse(run.stdout) as {
      metric: string;
      subsets: Record<string, { stage1: { mean: number } | null; stage2: { mean: number } }>;
      effects: { iml: { metric: string; mean: number } };
      finding: string;
    };
    expect([summary.metric, summary.effects.iml.metric]).toEqual([metric, metric]);
    expect(summary.finding).toContain(metric === 'mse' ? 'mean squared error' : 'points of cells right');
    const { d1consis, d2consis } = summary.subsets;
    expect(Object.keys(summary.subsets)).toContain('qd2incons');
    for (const { stage1, stage2 } of [d1consis, d2consis]) {
      expect(stage2.mean).toBeGreaterThanOrEqual(0);
      // The toy has one stage, whose end is the end.
      expect(stage1 === null).toBe(task === 'regression');
    }
    const csv = await credence(['export', '1'], home);
    expect(csv.stdout.split('\n')[0]).toContain(metric);
    const report = readFileSync(path.join(home, 'reports', 'experiment-1', 'report.html'), 'utf8');
    expect(report).toContain(metric === 'mse' ? 'Mean squared error per subset' : 'Cells right per subset');
    expect(report).not.toMatch(/[Ee]xact match|NaN|undefined/);
    const answers = /<g class="answers">(.*)<\/g>/.exec(report)?.[1] ?? '';
    expect(answers.match(/<circle/g)?.length ?? 0)[metric === 'mse' ? 'toBeGreaterThan' : 'toBe'](
      metric === 'mse' ? 20 : 0,
    );
    const again = await credence(['show', '1'], home);
    expect(again.stdout).toContain(metric === 'mse' ? 'Mean squared error' : 'Cells right');
  });

  it('exports its data: the same bytes each time, rows and pictures that belong together', async () => {
    const home = temporaryFolder();
    const file = writeIn(home, `${task}.yaml`, yaml);
    const read = async (name: string) => {
      const out = path.join(home, name);
      const { code, stderr } = await credence(['export-data', file, '--out', out], home);
      expect(code, stderr).toBe(0);
      return Object.fromEntries(readdirSync(out).map((each) => [each, readFileSync(path.join(out, each))]));
    };
    const files = await read('one');
    expect(await read('two')).toEqual(files);
    const manifest = JSON.parse(files['manifest.json'].toString()) as {
      files: { file: string; rows: number; sha256: string; beside?: { file: string; sha256: string } }[];
    };
    for (const split of manifest.files) {
      expect(files[split.file].toString().trim().split('\n')).toHaveLength(split.rows);
      if (task !== 'images') continue;
      const pictures = files[split.beside!.file];
      expect(createHash('sha256').update(pictures).digest('hex')).toBe(split.beside!.sha256);
      expect(pictures.subarray(0, 128).toString('latin1')).toContain(`'shape': (${split.rows}, 35, 28)`);
    }
    expect(resolveConfig(parseYaml(files['config.yaml'].toString(), 'exported'))).toMatchObject({ task });
  });

  it('comes back from its own YAML', () => {
    const config = parsed(yaml);
    expect(resolveConfig(parseYaml(configYaml(config), 'again'))).toEqual(config);
  });
});

describe('presets without texts', () => {
  it.each([
    ['mnist', 5, 'images'],
    ['mnist-small', 5, 'images'],
    ['toy', 20, 'regression'],
    ['toy-100-epochs', 20, 'regression'],
  ])('%s plans %i runs', async (name, runs, task) => {
    const config = loadConfig(name);
    expect(config.task).toBe(task);
    expect(plannedRuns(config)).toHaveLength(runs);
    const built = await loadTask(config, config.seeds[0]);
    expect(built.plan().steps).toBeGreaterThan(100);
  });
});

describe('what cannot work', () => {
  it.each([
    [
      'a task that there is none of',
      'task: vision',
      /^credence: task: "vision" is no kind of task; choose language, images/,
    ],
    ['a field of another task', 'task: images\ndefinitions: { per_alias: 2 }', /definitions: unknown key/],
    [
      'more aliases than grids',
      'task: images\ndataset: { kind: mnist, n_aliases: 20000 }',
      /dataset\.n_aliases: 20000/,
    ],
    [
      'patches that do not fit',
      'task: images\nmodel: { architecture: convnext, patch_size: 6 }',
      /model\.patch_size is 6/,
    ],
    [
      'overlapping clusters',
      'task: regression\ndataset: { kind: toy, max_x: 1000 }',
      /dataset\.(cluster_spread|n_clusters)/,
    ],
    [
      'a second stage of the toy',
      'task: regression\ntraining: { stage2: { epochs: 1 } }',
      /training\.stage2/,
    ],
  ])('%s is refused with the field and the remedy', async (_name, yaml, message) => {
    const home = temporaryFolder();
    const { code, stderr } = await credence(['run', writeIn(home, 'bad.yaml', `${yaml}\nseeds: 1\n`)], home);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('damaged IDX files are named, and nothing is saved', async () => {
    const home = temporaryFolder();
    for (const name of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'])
      writeFileSync(path.join(home, `${name}-ubyte`), Buffer.from([0, 0, 8, 3, 0, 0]));
    const yaml = `task: images\ndataset: { kind: mnist, path: "${home}" }\nseeds: 1\n`;
    const { code, stderr } = await credence(['run', writeIn(home, 'bad.yaml', yaml)], home);
    expect(code).toBe(2);
    expect(stderr).toMatch(/train-(images|labels)-idx/);
    expect((await credence(['list', '--json'], home)).stdout.trim()).toBe('[]');
  });
});
