/** `credence analyse` as a person runs it: on texts, pictures and points, after a kill, on weights that are not what they were. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { readSafetensors, writeSafetensors } from '#lab/weights/safetensors.ts';
import { wantedRuns } from '#main/analysis/wanted-weights.ts';
import { runAnalysisJob } from '#main/trainer/analysis.ts';
import {
  analysisParamsSchema,
  type AnalysisKind,
  type AnalysisRecord,
  type AnalysisResult,
  type GradientResult,
  type PartResult,
  type ProbeResult,
  type ResultOf,
} from '#shared/analysis.ts';
import { UserError } from '#shared/errors.ts';
import type { InsideComparison } from '#shared/stats/inside-compare.ts';
import type { InsideSummary } from '#shared/stats/inside.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { credence, startCredence, temporaryFolder, TINY, until, writeIn } from './credence.ts';
import { inHistory } from './in-history.ts';
import { openService } from './service.ts';
import { svgTexts } from './svg-texts.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

interface Printed extends AnalysisRecord {
  summary: InsideSummary;
  results: PartResult[];
}

const IMAGES = `
task: images
name: pictures
engine: onnx
dataset: { kind: mnist, n_aliases: 60, letters: 3 }
model: { architecture: convnext, hidden_sizes: [8], depths: [1] }
training:
  stage1: { epochs: 1, batch_size: 64 }
  stage2: { epochs: 1, batch_size: 16 }
seeds: 1
`;
const TOY = `
task: regression
name: points
engine: onnx
dataset: { kind: toy, d_y: 3, max_x: 2000, n_anchors: 10, n_clusters: 10, cluster_spread: 40, points_per_cluster: 30 }
model: { architecture: mlp, hidden_size: 16 }
training: { stage1: { epochs: 1 } }
analyses: [moves]
seeds: 1
`;

const home = temporaryFolder();

/** What a command printed as JSON. */
async function analysed(...args: string[]): Promise<Printed> {
  const { stdout, stderr, code } = await credence(['analyse', ...args, '--json'], home);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Printed;
}

async function refused(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await credence(['analyse', ...args], home);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return stderr;
}

const firstOf = <R extends AnalysisResult>({ results }: Printed) => results[0].result as R;

/** What a process of its own is asked, in this one. */
async function looked<K extends AnalysisKind>(
  experiment: number,
  params: Record<string, unknown> & { kind: K },
): Promise<ResultOf<K>> {
  const parsed = analysisParamsSchema.parse(params);
  const job = inHistory(home, (history) => {
    const config = ourConfig(history.getExperiment(experiment), 'be looked into');
    const { runs } = wantedRuns(history, { experiment, config }, parsed, null);
    const { run, checkpoints } = runs[0];
    return { config, checkpoints, seed: run.seed, seed_stage2: run.seed_stage2 };
  });
  const given = {
    experiment,
    data: null,
    threads: 1,
    dataset_cache: path.join(home, 'cache'),
    params: parsed,
  };
  return (await runAnalysisJob({ ...job, ...given }, () => {})) as ResultOf<K>;
}

/** How looking fails. */
const failure = (experiment: number, params: Record<string, unknown> & { kind: AnalysisKind }) =>
  looked(experiment, params).then(
    () => 'it did not',
    (error: unknown) => (error instanceof UserError ? `${error.code}: ${error.message}` : String(error)),
  );

beforeAll(async () => {
  const texts = writeIn(
    home,
    'texts.yaml',
    TINY.replace('fact_share: 1 }', 'fact_share: 1, save_every: 2 }'),
  );
  for (const file of [texts, writeIn(home, 'images.yaml', IMAGES), writeIn(home, 'toy.yaml', TOY)]) {
    const { code, stderr } = await credence(['run', file], home);
    expect(code, stderr).toBe(0);
  }
});

describe('an experiment of texts', () => {
  it('probes questions that align, layer by layer and token by token, and says how they were chosen', async () => {
    const printed = await analysed('1', '--probe');
    const { classes, layers, tokens, accuracy, why, at, prompts } = firstOf<ResultOf<'probes'>>(printed);
    expect([classes, at]).toEqual([['qd1consis', 'qd2incons'], { stage: 'stage1', epoch: 3 }]);
    expect(layers).toEqual(['blocks.0.hook_resid_pre', 'blocks.0.hook_resid_post']);
    expect(tokens.map(({ role }) => role)).toEqual(['same', 'alias', 'same', 'same']);
    expect(why).toMatch(/length of alias \(1 token\).* \d+ and \d+, of which \d+ each/);
    // A decoder reads from left to right: before the alias all prompts are alike, and so is a word before it is mixed.
    expect([accuracy[0][0], accuracy[1][0], accuracy[0][2]]).toEqual([0.5, 0.5, 0.5]);
    expect(new Set(accuracy.flat()).size).toBeGreaterThan(1);
    expect(prompts).toBeGreaterThan(40);
    expect(printed.summary).toMatchObject({ kind: 'probes', seeds: 2, left_out: 0 });
  });

  it('tells other groups apart: tags, right answers, values of an attribute', async () => {
    const probed = (label: unknown, more = {}) => looked(1, { kind: 'probes', label, ...more });
    const tag = await probed({ by: 'tag' }, { stage: 'stage2' });
    expect(tag).toMatchObject({
      at: { stage: 'stage2', epoch: 2 },
      classes: ['reliable tag', 'unreliable tag'],
    });
    expect((await probed({ by: 'value', attribute: 'home' })).classes[1]).toMatch(/^home: /);
    expect((await probed({ by: 'right' }, { template: 'home' })).classes).toEqual([
      'answered wrong',
      'answered right',
    ]);
    const subsets = { by: 'subsets', first: 'qd1consis' };
    expect(await failure(1, { kind: 'probes', label: { ...subsets, second: 'qd4consis' } })).toMatch(
      /^probes\.label: probes: qd4consis has no entities/,
    );
    expect(
      await failure(1, { kind: 'probes', label: { ...subsets, second: 'q_no_replacement_baseline' } }),
    ).toMatch(/asks under real names/);
    expect(await failure(1, { kind: 'probes', template: 'shoe size' })).toMatch(
      /no question reads "shoe size"; there are: Q: \{alias\}/,
    );
  });

  it('aligns gradients over all weights that were kept', async () => {
    const { points, parameters } = await looked(1, { kind: 'gradients', most: 3 });
    expect(points.map(({ at }) => `${at.stage} ${at.epoch}`)).toEqual(['stage1 2', 'stage1 3', 'stage2 2']);
    expect(parameters).toBeGreaterThan(1000);
    for (const { subsets, variance, mean_cosine, examples } of points) {
      expect(subsets.qd1consis).toMatchObject({ definitions: 3, pairs: 9 });
      expect(subsets.d1consis).toMatchObject({ definitions: 3, pairs: 12 });
      const { cosine, distance, definition, question } = subsets.d1consis!;
      expect(Math.abs(cosine)).toBeLessThanOrEqual(1);
      expect(distance).toBeLessThanOrEqual(definition.l2 + question.l2);
      expect(definition.l1).toBeGreaterThan(definition.l2);
      expect(definition.l2).toBeGreaterThan(definition.linf);
      expect([variance > 0, Math.abs(mean_cosine) <= 1, examples > 40]).toEqual([true, true, true]);
    }
  });

  it('measures how sure the model is of its own answers, and where it moved', async () => {
    const { subsets, test } = await looked(1, { kind: 'entropy' });
    expect(test).toBe('association');
    // One token out of some hundreds: the greedy one is at least as likely as all others on average.
    expect(subsets.d1consis!.every((nats) => nats > 0 && nats < Math.log(1000))).toBe(true);
    const { stages, parts, lens } = await looked(1, { kind: 'moves' });
    expect(stages).toEqual(['stage0', 'stage1', 'stage2']);
    expect(parts.map(({ name }) => name)).toEqual(['embedding', 'positions', 'layers.0', 'ln_final']);
    for (const { moves } of parts) expect(moves.map(({ norm }) => norm > 0)).toEqual([true, true, true]);
    expect(parts[0].moves.map(({ cosine }) => cosine === null)).toEqual([true, false, false]);
    expect(lens.at(-1)!.subsets.d2consis!.map(({ layer }) => layer)).toHaveLength(2);
    for (const { rank, first } of lens.at(-1)!.subsets.d2consis!)
      expect([rank >= 1, first >= 0 && first <= 1]).toEqual([true, true]);
  });

  it('keeps what was found: the same question again does nothing, and files are made of it', async () => {
    const before = inHistory(home, (history) => history.analysisResults(1));
    const { stderr } = await credence(['analyse', '1', '--probe', '--out', 'map.svg'], home);
    expect(stderr).toMatch(/0 of 2 runs to look at, the others are done/);
    expect(inHistory(home, (history) => history.analysisResults(1))).toEqual(before);
    expect(svgTexts(readFileSync(path.join(home, 'map.svg'), 'utf8'))).toContain('block 1');
    await credence(['analyse', '1', '--gradients', '--most', '3', '--out', 'all.csv'], home);
    const csv = readFileSync(path.join(home, 'all.csv'), 'utf8').trim().split('\n');
    expect(csv[0]).toMatch(/^experiment,name,run,seed,stage,epoch,subset,definitions,pairs,cosine,distance/);
    expect(csv).toHaveLength(1 + 2 * 3 * 5);
  });

  it('says in one line what cannot be asked', async () => {
    expect(await refused('1')).toMatch(/--probe, --gradients, --entropy, --moves/);
    expect(await refused('1', '--probe', '--moves')).toMatch(/one analysis at a time/);
    expect(await refused('1', '--moves', '--label', 'tag')).toMatch(/--label: --moves has no such choice/);
    expect(await refused('1', '--probe', '--label', 'd9')).toMatch(/--label: "d9" names no two groups/);
    expect(await refused('1', '--probe', '--stage', 'stage1_qa')).toMatch(
      /no stage 1 qa; it has stage0, stage1/,
    );
    expect(await refused('1', '--probe', '--stage', 'five')).toMatch(/--stage: "five" will not do/);
    expect(await refused('1', '--probe', '--seeds', '[9]')).toMatch(/has no run of seed 9; it has 0, 1/);
    expect(await refused('1', '--probe', '--out', 'map.pdf')).toMatch(/--out: "map.pdf" should end in \.svg/);
    expect(await refused('77', '--probe')).toMatch(/77/);
  });

  it('fails for what the data have not, by seed, with the cause', async () => {
    const { code, stderr } = await credence(['analyse', '1', '--probe', '--label', 'value:shoe'], home);
    expect(code).toBe(1);
    for (const seed of [0, 1])
      expect(stderr).toMatch(
        `seed ${seed}: failed: probes: the dataset has no attribute "shoe"; did you mean`,
      );
  });
});

describe('pictures and points', () => {
  it('are probed where there is a residual stream, and not where there is none', async () => {
    const { layers, tokens, classes } = await looked(2, { kind: 'probes' });
    expect(layers).toEqual([
      'encoder.stages.0.layers.0.hook_resid_pre',
      'encoder.stages.0.layers.0.hook_resid_post',
    ]);
    expect([tokens.length, classes]).toEqual([1, ['qd1consis', 'qd2incons']]);
    expect(await refused('3', '--probe')).toMatch(/task regression: its network has no residual stream/);
    expect(await refused('3', '--entropy')).toMatch(/its answers are no texts/);
  });

  it.each([2, 3])('have gradients and moves (experiment %s)', async (id) => {
    const { points } = await looked(id, { kind: 'gradients', most: 2 });
    const aligned = points.at(-1)!.subsets;
    for (const subset of ['qd1consis', 'qd2incons', 'd1consis', 'd2consis'] as const)
      expect([aligned[subset]!.definitions, aligned[subset]!.pairs > 0]).toEqual([2, true]);
    const { parts, lens } = await looked(id, { kind: 'moves' });
    expect(parts.some(({ moves }) => moves.some(({ norm }) => norm > 0))).toBe(true);
    expect(lens).toEqual([]);
  });
});

describe('analyses that a config asks for', () => {
  it('are done once all runs are, by the command line and by the app, and stand in the report', async () => {
    const kinds = inHistory(home, (history) => history.analysesOf(3).map(({ params }) => params.kind));
    expect(kinds).toContain('moves');
    const report = readFileSync(path.join(home, 'reports', 'experiment-3', 'report.html'), 'utf8');
    expect(report).toMatch(/<h2>Where knowledge moved<\/h2>[\s\S]*<svg/);
    const { api, idle } = openService();
    try {
      await api.call('experiments.create', { config: parse(TOY) as never });
      await idle();
      const list = () => api.call('analyses.list', { experiments: [1] });
      await vi.waitUntil(async () => (await list())[0]?.summary?.kind === 'moves', { timeout: 60_000 });
    } finally {
      await api.close();
    }
  });
});

describe('weights that are not what they were', () => {
  it('say what is wrong with them, and are looked at anew once they are whole again', async () => {
    const file = path.join(home, 'weights', 'experiment-1', 'seed-0', 'stage1.safetensors');
    const whole = readSafetensors(file);
    const bad = { shape: [16], data: new Float32Array(16).fill(NaN) };
    const less = Object.fromEntries(
      Object.entries(whole.tensors).filter(([name]) => name !== 'ln_final.weight'),
    );
    const other = whole.metadata['model'].replace('gelu', 'silu');
    for (const [content, cause] of [
      [
        { ...whole, tensors: { ...whole.tensors, 'ln_final.weight': bad } },
        /not-finite: checkpoint .* holds NaN in place of/,
      ],
      [
        { ...whole, tensors: less },
        /other-model: checkpoint .*another version of Credence; train the run again/,
      ],
      [
        { ...whole, metadata: { ...whole.metadata, model: other } },
        /other-model: checkpoint .*: it is of another model/,
      ],
      [
        { ...whole, metadata: { ...whole.metadata, corpus_hash: 'x', before_stage2_hash: 'x' } },
        /other-corpus: checkpoint .*training data differ/,
      ],
      [{ ...whole, metadata: {} }, /not-ours: checkpoint .*not written by Credence/],
    ] as const) {
      writeSafetensors(file, content);
      expect(await failure(1, { kind: 'entropy', stage: 'stage1' })).toMatch(cause);
    }
    writeFileSync(file, 'nothing');
    expect(await failure(1, { kind: 'probes' })).toMatch(/weights\.damaged: the weights .* are damaged/);
    rmSync(file);
    const gone = await credence(['analyse', '1', '--probe'], home);
    expect(gone.stderr).toMatch(/left out: seed 0: its weights .* are gone; put the file back, or train/);
    writeSafetensors(file, whole);
    const again = await credence(['analyse', '1', '--probe'], home);
    expect([again.code, again.stderr]).toEqual([0, expect.stringMatching(/1 of 2 runs to look at/)]);
  });
});

describe('a sweep', () => {
  it('is looked at as a whole: figures over its values, every seed as a row', async () => {
    const file = writeIn(home, 'sizes.yaml', TINY.replace('name: tiny', 'name: sizes'));
    const over = ['--over', 'training.stage1.batch_size=16,64'];
    expect((await credence(['sweep', file, ...over], home)).code).toBe(0);
    const [svg, csv] = ['sizes.svg', 'sizes.csv'].map((name) => path.join(home, name));
    const looking = ['analyse', 's1', '--gradients', '--most', '4', '--stage', 'stage2'];
    const first = await credence([...looking, '--out', svg], home);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/Variance of gradients\ntraining\.stage1\.batch_size +all examples\n16 +\d/);
    const drawn = readFileSync(svg, 'utf8');
    const written = svgTexts(drawn);
    expect(written).toEqual(expect.arrayContaining(['Batch size, stage 1', '64', 'Variance of gradients']));
    expect(written.join(' ')).toContain('Cosine, reliable tag less unreliable');
    expect((await credence([...looking, '--out', csv], home)).code).toBe(0);
    const rows = readFileSync(csv, 'utf8').trim().split('\n').slice(1);
    const cells = new Set(rows.map((row) => row.split(',').slice(0, 4).join()));
    expect(cells.size).toBe(4);
    const { stdout } = await credence([...looking, '--json'], home);
    const { compared, experiments } = JSON.parse(stdout) as {
      compared: InsideComparison;
      experiments: Printed[];
    };
    expect([compared.over, compared.names]).toEqual(['training.stage1.batch_size', ['16', '64']]);
    const { series } = compared.figures.find(({ title }) => title === 'Variance of gradients')!;
    expect(series[0].points.map((point) => point!.mean)).toEqual(
      experiments.map(({ results }) => {
        const variances = results.map(({ result }) => (result as GradientResult).points.at(-1)!.variance);
        return expect.closeTo((variances[0] + variances[1]) / 2, 10) as number;
      }),
    );
    const [one, other] = experiments.map(({ experiment }) => String(experiment));
    const alike = ['--group', 'training.stage1.epochs', '--out', csv];
    const grouped = await credence(['analyse', one, other, ...looking.slice(2), ...alike], home);
    expect(grouped.code, grouped.stderr).toBe(0);
    expect(grouped.stdout).toMatch(/, 2 experiments by training\.stage1\.epochs\n/);
    expect(grouped.stdout).toMatch(/Variance of gradients\ngroup +all examples\nEpochs, stage 1 \d+ +\d/);
    expect(readFileSync(csv, 'utf8')).toMatch(/^group,experiment,name,run,seed,.*\n"?Epochs, stage 1 \d+"?,/);
    const strange = await credence(['analyse', one, ...looking.slice(2), '--group', 'nothing.here'], home);
    expect([strange.code, strange.stderr]).toEqual([
      2,
      expect.stringMatching(/column "nothing\.here" is unknown/),
    ]);
  });
});

describe('a run that goes on', () => {
  it('is looked at by the weights that it kept so far', async () => {
    const endless = TINY.replace('name: tiny', 'name: on').replace(
      'stage2: { epochs: 2',
      'stage2: { epochs: 100000',
    );
    const running = startCredence(['run', writeIn(home, 'on.yaml', endless), '--seeds', '1'], home);
    const found = () =>
      inHistory(home, (history) => history.listExperiments().find(({ name }) => name === 'on'));
    const stages = () => {
      const experiment = found();
      return experiment ? inHistory(home, (history) => history.runsOf(experiment.id)) : [];
    };
    await until(
      () =>
        stages().some(({ id }) =>
          inHistory(home, (history) => history.stagesOf(id)).some(({ stage }) => stage === 'stage2'),
        ),
      'stage 2 to begin',
    );
    const { results } = await analysed(String(found()!.id), '--probe');
    expect(results.map(({ result }) => (result as ProbeResult).at.stage)).toEqual(['stage1']);
    expect(stages()).toMatchObject([{ state: 'running' }]);
    running.child.kill('SIGINT');
    await running.finished;
  });
});

describe('a process that is killed', () => {
  it('loses nothing that was found: the same command goes on with what is left', async () => {
    const args = ['analyse', '1', '--gradients', '--most', '7', '--jobs', '1'];
    const running = startCredence(args, home);
    const id = () =>
      inHistory(home, (history) =>
        history.analysesOf(1).find(({ params }) => params.kind === 'gradients' && params.most === 7),
      );
    const states = () => id()?.parts.map(({ state }) => state) ?? [];
    await until(() => states()[0] === 'done' && states()[1] === 'running', 'the second seed to begin');
    running.child.kill('SIGKILL');
    await running.finished;
    const first = inHistory(home, (history) => history.analysisResults(id()!.id));
    expect(first.map(({ seed }) => seed)).toEqual([0]);
    await until(() => states()[1] === 'interrupted', 'the lost seed to be noticed');
    const { stderr, code } = await credence(args, home);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/1 of 2 runs to look at/)]);
    const all = inHistory(home, (history) => history.analysisResults(id()!.id));
    expect(all[0]).toEqual(first[0]);
    expect(all.map(({ seed }) => seed)).toEqual([0, 1]);
  });
});
