/** Every preset that comes with Credence: what it is at its own size, its texts, and a small run to its end. */
import { asLanguage, loadLanguage } from './language.ts';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { previewCommand } from '#main/cli/commands/preview.ts';
import { presetsCommand } from '#main/cli/commands/presets.ts';
import { isSweepSource, loadSweep } from '#main/experiments/config-file.ts';
import { listPresets } from '#main/experiments/presets.ts';
import { configYaml } from '#main/experiments/yaml-text.ts';
import { openHistory } from '#main/history/history.ts';
import type { LanguageConfig } from '#shared/config.ts';
import { plannedRuns } from '#shared/planned-runs.ts';
import type { RunEvaluations } from '#shared/records.ts';
import { temporaryFolder, writeIn } from './credence.ts';
import { expectedCounts } from './preset-counts.ts';
import { makeFiles, shrink, type MadeUpFiles } from './preset-shrink.ts';
import { isPretrainedPreset } from './tiny-pretrained.ts';
import { openService, type Opened } from './service.ts';
import { trainHere } from './train-here.ts';

/** What makes a preset that experiment and no other. */
interface Preset {
  /** Combinations of a sweep; 1 elsewhere. */
  cells?: number;
  /** Runs of each combination, at the preset's own size. */
  runs: number;
  stages: string[];
  /** Trained subsets beside those of the paper's main setting, or in place of them. */
  subsets?: string[];
  fields?: object;
}

const TWO = ['stage0', 'stage1', 'stage2'];
const THREE = ['stage0', 'stage1', 'stage1_qa', 'stage2'];
const ONE = ['stage0', 'stage1'];
const MAIN = [
  ...['qd1consis', 'qd2incons', 'q', 'q_no_replacement_baseline'],
  ...['d1consis', 'd2consis', 'd3consis', 'no_qd_baseline'],
];
/** Without the fresh tag, as the authors' configs of most ablations have it. */
const NO_FRESH = MAIN.filter((name) => name !== 'd3consis');
const VARIABLES = ['qd1consis', 'qd2incons', 'd1consis', 'd2consis'];
const CVDB = { dataset: { kind: 'cvdb' } };
const TREX = { dataset: { kind: 'trex' } };
const WORLD = { dataset: { kind: 'world' } };
const single = { training: { pipeline: 'single-stage' } };

const PRESETS: Record<string, Preset> = {
  pocket: { runs: 6, stages: TWO, fields: WORLD },
  cvdb: { runs: 5, stages: TWO, fields: { dataset: { kind: 'cvdb', n_entities: 4000 } } },
  trex: { runs: 5, stages: TWO, fields: { dataset: { kind: 'trex', n_entities: 6000 } } },
  'set-inclusion': {
    runs: 5,
    stages: ['stage1', 'stage2'],
    subsets: VARIABLES,
    fields: { dataset: { kind: 'set_inclusion', n_variables: 8000, numbers_per_question: 8 } },
  },
  'set-inclusion-letters': {
    runs: 5,
    stages: ['stage1', 'stage2'],
    subsets: VARIABLES,
    fields: { dataset: { kind: 'set_inclusion', n_variables: 16_000, tokens: 'letter', label_flip: 0.1 } },
  },
  'set-inclusion-fresh-tag': {
    runs: 5,
    stages: ['stage1', 'stage2'],
    subsets: [...VARIABLES, 'd3consis'],
    fields: { dataset: { kind: 'set_inclusion', n_variables: 8000, tokens: 'variable' } },
  },
  'set-inclusion-small': {
    runs: 6,
    stages: TWO,
    subsets: [...VARIABLES, 'q_no_replacement_baseline'],
    fields: { dataset: { kind: 'set_inclusion' } },
  },
  'modular-small': {
    runs: 6,
    stages: TWO,
    subsets: [...VARIABLES, 'q_no_replacement_baseline'],
    fields: { dataset: { kind: 'modular', tokens: 'variable' } },
  },
  modular: {
    runs: 5,
    stages: ['stage1', 'stage2'],
    subsets: VARIABLES,
    fields: { dataset: { kind: 'modular', n_variables: 9999, tokens: 'letter' } },
  },
  sources: { runs: 6, stages: TWO, fields: { ...WORLD, definitions: { style: 'sources', per_alias: 1 } } },
  'sources-cvdb': { runs: 5, stages: TWO, fields: { ...CVDB, definitions: { style: 'sources' } } },
  'is-isnt': { runs: 6, stages: TWO, fields: { ...WORLD, definitions: { style: 'is-isnt' } } },
  'is-isnt-cvdb': {
    runs: 5,
    stages: TWO,
    fields: { ...CVDB, definitions: { style: 'is-isnt', per_alias: 5 } },
  },
  'in-context': { runs: 6, stages: ONE, fields: { ...WORLD, definitions: { in_context: true }, ...single } },
  'in-context-cvdb': {
    runs: 20,
    stages: ONE,
    fields: { ...CVDB, definitions: { in_context: true }, ...single },
  },
  'several-definitions': { runs: 6, stages: TWO, fields: { ...WORLD, definitions: { per_alias: 4 } } },
  'random-tags': { runs: 6, stages: TWO, subsets: [...MAIN, 'qd4consis'], fields: WORLD },
  'random-tags-cvdb': { runs: 5, stages: TWO, subsets: [...MAIN, 'qd4consis'], fields: CVDB },
  'single-stage': { runs: 6, stages: ONE, fields: { ...WORLD, ...single } },
  'single-stage-cvdb': { runs: 6, stages: ONE, fields: { ...CVDB, ...single } },
  'single-stage-trex': { runs: 10, stages: ONE, fields: { ...TREX, ...single } },
  'three-stage': { runs: 6, stages: THREE, fields: WORLD },
  'three-stage-cvdb': { runs: 10 * 3, stages: THREE, subsets: NO_FRESH, fields: CVDB },
  'three-stage-trex': { runs: 10 * 3, stages: THREE, subsets: NO_FRESH, fields: TREX },
  'each-checkpoint': { runs: 3 * 4, stages: TWO, fields: { ...WORLD, training: { stage2_from: 'each' } } },
  'each-checkpoint-cvdb': {
    runs: 5 * 4,
    stages: TWO,
    fields: { ...CVDB, training: { stage2_from: 'each' } },
  },
  'stage2-seeds': { runs: 5 * 3, stages: TWO, fields: WORLD },
  'stage2-seeds-cvdb': { runs: 20 * 5, stages: TWO, fields: CVDB },
  'sweep-correlation': { cells: 3, runs: 10, stages: TWO, fields: WORLD },
  'sweep-correlation-cvdb': { cells: 7, runs: 20, stages: TWO, fields: CVDB },
  'sweep-correlation-trex': { cells: 4, runs: 15, stages: TWO, fields: TREX },
  'sweep-order': { cells: 6, runs: 5, stages: TWO, fields: WORLD },
  'sweep-order-cvdb': { cells: 6, runs: 20 * 3, stages: TWO, subsets: NO_FRESH, fields: CVDB },
  'sweep-order-three-stage-cvdb': { cells: 6, runs: 10 * 3, stages: THREE, subsets: NO_FRESH, fields: CVDB },
  'sweep-batch-size': { cells: 5, runs: 5, stages: TWO, fields: WORLD },
  'sweep-batch-size-cvdb': {
    cells: 12,
    runs: 5,
    stages: ONE,
    subsets: NO_FRESH,
    fields: { ...CVDB, ...single },
  },
  'sweep-model-size': { cells: 4, runs: 5, stages: TWO, fields: WORLD },
  'sweep-model-size-cvdb': { cells: 6, runs: 5, stages: TWO, subsets: NO_FRESH, fields: CVDB },
  'sweep-model-size-trex': { cells: 6, runs: 5, stages: TWO, subsets: NO_FRESH, fields: TREX },
  inside: {
    runs: 10,
    stages: TWO,
    fields: { ...WORLD, analyses: ['probes', 'gradients', 'entropy', 'moves'] },
  },
  'inside-set-inclusion': {
    runs: 6,
    stages: TWO,
    subsets: [...VARIABLES, 'q_no_replacement_baseline'],
    fields: { dataset: { kind: 'set_inclusion' }, analyses: ['probes', 'gradients', 'moves'] },
  },
  'sweep-gradients': {
    cells: 3,
    runs: 5,
    stages: ONE,
    fields: { ...WORLD, ...single, analyses: ['gradients'] },
  },
  'sweep-entities': { cells: 4, runs: 5, stages: TWO, fields: WORLD },
  'sweep-entities-cvdb': { cells: 5, runs: 5, stages: TWO, subsets: NO_FRESH, fields: CVDB },
};

/** Presets of tasks without texts: test/tasks.test.ts. */
const OTHER_TASKS = ['mnist', 'mnist-small', 'toy', 'toy-100-epochs'];

/** The configs of a preset: its one, or one of each combination. */
function configsOf(name: string): LanguageConfig[] {
  return isSweepSource(name)
    ? loadSweep(name).cells.map(({ config }) => asLanguage(config))
    : [loadLanguage(name)];
}

/** In small: the experiment, or the first and the last combination of a sweep. */
function smallOf(name: string): LanguageConfig[] {
  const configs = configsOf(name);
  return [...new Set([configs[0], configs.at(-1)!])].map((config, i) => shrink(config, files, i));
}

const builtIn = listPresets(temporaryFolder());
let files: MadeUpFiles;
let opened: Opened;

beforeAll(async () => {
  vi.stubEnv('CREDENCE_HOME', temporaryFolder());
  files = await makeFiles(temporaryFolder());
  opened = openService(temporaryFolder(), trainHere);
});
afterAll(() => {
  vi.unstubAllEnvs();
  return opened.api.close();
});

/** What a command of the command line prints. */
async function printed(command: () => unknown): Promise<string> {
  const parts: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    parts.push(String(text));
    return true;
  });
  try {
    await command();
  } finally {
    write.mockRestore();
  }
  return parts.join('');
}

interface PreviewJson {
  stages: { id: string; groups: { kind: string; subset: string | null; documents: number }[] }[];
  tests: { test: string; subset: string; questions: number }[];
}

async function previewCounts(config: LanguageConfig) {
  const file = writeIn(temporaryFolder(), 'preset.yaml', configYaml(config));
  const text = await printed(() => previewCommand(file, { samples: '1', json: true }));
  const { stages, tests } = JSON.parse(text) as PreviewJson;
  const groups = stages.flatMap(({ id, groups }) => groups.map((group) => ({ id, ...group })));
  return {
    stages: stages.map(({ id }) => id),
    documents: Object.fromEntries(
      groups.map(({ id, kind, subset, documents }) => [`${id} ${kind} ${subset}`, documents]),
    ),
    tests: Object.fromEntries(tests.map(({ test, subset, questions }) => [`${test} ${subset}`, questions])),
  };
}

describe('the presets', () => {
  it('are all in the table above, and listed by what they are', async () => {
    const own = builtIn.map(({ name }) => name).filter((name) => !isPretrainedPreset(name));
    expect(own.sort()).toEqual([...Object.keys(PRESETS), ...OTHER_TASKS].sort());
    for (const { name, summary, group } of builtIn) {
      expect(summary, name).toMatch(/^[A-Z].{20,140}[.?"]$/);
      expect(group === 'sweep', name).toBe(name.startsWith('sweep-'));
    }
    const list = await printed(() => presetsCommand({}));
    const at = ['Main settings', 'pocket ', 'Ablations and variants', 'is-isnt ', 'Sweeps', 'sweep-order '];
    const places = at.map((text) => list.indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it.each(Object.entries(PRESETS))('%s is the experiment that it says, at its own size', (name, preset) => {
    const configs = configsOf(name);
    expect(configs).toHaveLength(preset.cells ?? 1);
    for (const config of configs) {
      expect(config).toMatchObject(preset.fields ?? {});
      expect(plannedRuns(config)).toHaveLength(preset.runs);
      expect(config.name.split(':')[0]).toBe(name);
    }
  });

  it.each(Object.keys(PRESETS))('%s previews the documents and questions of the rules', async (name) => {
    for (const config of smallOf(name)) {
      const { stages, ...counts } = await previewCounts(config);
      expect(stages).toEqual(PRESETS[name].stages);
      expect(counts).toEqual(expectedCounts(config));
    }
  });

  it.each(['pocket', 'three-stage', 'several-definitions', 'random-tags'])(
    '%s does so at its own size, too',
    async (name) => {
      const config = loadLanguage(name);
      const { stages, ...counts } = await previewCounts(config);
      expect(stages).toEqual(PRESETS[name].stages);
      expect(counts).toEqual(expectedCounts(config));
    },
  );
});

describe('small runs', () => {
  const created = new Map<string, { id: number; config: LanguageConfig }>();

  beforeAll(async () => {
    for (const name of Object.keys(PRESETS)) {
      const config = smallOf(name).at(-1)!;
      const { experiment } = await opened.api.call('experiments.create', { config: config as never });
      created.set(name, { id: experiment.id, config });
    }
    await vi.waitUntil(() => opened.api.unfinished() === 0, { timeout: 590_000, interval: 100 });
  }, 600_000);

  it.each(Object.keys(PRESETS))('%s trains to its end and tests what it should', async (name) => {
    const { id, config } = created.get(name)!;
    const { runs, stages } = await opened.api.call('experiments.get', { id });
    expect(runs.map(({ state, error }) => [state, error])).toEqual(runs.map(() => ['done', null]));
    expect(runs).toHaveLength(plannedRuns(config).length);
    for (const run of runs) {
      const trained = stages.filter((stage) => stage.run === run.id);
      expect(trained.map(({ stage, finished }) => [stage, finished])).toEqual(
        PRESETS[name].stages.map((stage) => [stage, true]),
      );
    }
    checkEvaluations(id, name, config);
  });
});

function evaluationsOf(experiment: number): RunEvaluations[] {
  const history = openHistory(path.join(opened.home, 'history.sqlite'));
  try {
    return history.evaluationsOf(experiment);
  } finally {
    history.close();
  }
}

const EPOCHS: Record<string, number> = { stage0: 1, stage1: 2, stage1_qa: 2, stage2: 1 };

/** Each stage is evaluated after each of its epochs, on every question that the rules give. */
function checkEvaluations(id: number, name: string, config: LanguageConfig): void {
  const { tests } = expectedCounts(config);
  const runs = evaluationsOf(id);
  for (const [i, { run, evaluations }] of runs.entries()) {
    expect(evaluations.map(({ stage, epoch }) => [stage, epoch])).toEqual(
      i === 0 ? allEvaluations(name) : sharedEvaluations(name, run.stage1_epoch),
    );
    for (const { metrics } of evaluations) {
      const asked = metrics.map(({ test, subset, count }) => [`${test} ${subset}`, count]);
      expect(Object.fromEntries(asked)).toEqual(tests);
      expect(metrics.every(({ exact_match }) => exact_match! >= 0 && exact_match! <= 1)).toBe(true);
    }
  }
  const subsets = runs[0].evaluations[0].metrics.map(({ subset }) => subset);
  for (const subset of PRESETS[name].subsets ?? MAIN) expect(subsets).toContain(subset);
}

function allEvaluations(name: string): [string, number][] {
  return PRESETS[name].stages.flatMap((stage) =>
    Array.from({ length: EPOCHS[stage] }, (_, i): [string, number] => [stage, i + 1]),
  );
}

/** Of a run that goes on from the first run of its seed: where it started from, and stage 2. */
function sharedEvaluations(name: string, start: number | null): [string, number][] {
  const before = PRESETS[name].stages.at(-2)!;
  return [
    [before, start ?? EPOCHS[before]],
    ['stage2', EPOCHS.stage2],
  ];
}
