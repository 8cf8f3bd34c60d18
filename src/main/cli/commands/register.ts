/** `credence register`: a comparison fixed before it is run. */
import type { ExperimentConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { parseSeeds } from '#shared/resolve-config.ts';
import type { RegisteredComparison } from '#shared/registration.ts';
import { sizeOf } from '#shared/stats/equivalence.ts';
import { planText } from '#shared/stats/registered.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { metricOf } from '#shared/tasks.ts';
import { ourConfig } from '#shared/saved-config.ts';
import { loadConfig } from '../../experiments/config-file.ts';
import { checkExperiment, saveExperiment, type CheckedExperiment } from '../../experiments/experiment.ts';
import { register, registeredOf, registrable } from '../../experiments/registrations.ts';
import type { History } from '../../history/history.ts';
import { openExisting, openForCommand, openForReading, parseId } from '../history-option.ts';
import { loadingOptions } from '../loading-view.ts';
import { bold, dim, print, printJson } from '../output.ts';
import { printRegistered } from '../registered-view.ts';

interface RegisterOptions {
  compare?: string;
  at: 'stage1' | 'stage2';
  seeds?: string;
  analysis: 'paired' | 'welch';
  margin?: string;
  question: string;
  set?: string[];
  list?: boolean;
  db?: string;
  json?: boolean;
}

/** Locks a comparison of experiments, saved ones or new ones; or lists what was registered. */
export async function registerCommand(
  experiments: readonly string[],
  options: RegisterOptions,
): Promise<void> {
  if (options.list) return listRegistrations(options);
  const comparison = comparisonOf(options);
  const history = experiments.every(isNumber) ? openExisting(options.db) : openForCommand(options.db);
  try {
    const sides: Side[] = [];
    for (const text of experiments) sides.push(await sideOf(history, text, options));
    const fixed = fixedBy(comparison, sides, options);
    // Nothing is saved for what cannot be registered.
    registrable(
      fixed,
      sides.map(({ config }) => config),
    );
    const ids = sides.map((side) => savedAs(history, side));
    const registration = register(history, { ...fixed, experiments: ids });
    if (options.json) return printJson({ ...registration, experiments: ids });
    print(bold(`Pre-registration ${registration.id} is locked: ${planText(registration.plan!)}`));
    print(`SHA-256 ${registration.hash}`);
    print(
      dim(
        'Publish the hash where you cannot change it: whoever has the file of a history can write it anew.',
      ),
    );
    for (const id of ids)
      if (history.runsOf(id).length === 0) print(`Start it with "credence resume ${id}".`);
  } finally {
    history.close();
  }
}

function listRegistrations({ db, json }: RegisterOptions): void {
  const history = openForReading(db);
  try {
    const found = registeredOf(history, 'all');
    if (json) return printJson(found);
    if (found.outcomes.length === 0 && found.removed.length === 0) print('Nothing is registered.');
    printRegistered(found);
  } finally {
    history.close();
  }
}

/** An experiment by its number, or what is to be saved. */
type Side = { config: ExperimentConfig } & ({ id: number } | { checked: CheckedExperiment });

const isNumber = (text: string) => /^\d+$/.test(text);

async function sideOf(history: History, text: string, options: RegisterOptions): Promise<Side> {
  if (isNumber(text)) {
    const saved = history.getExperiment(parseId(text));
    return { id: saved.id, config: ourConfig(saved, 'fix what it is to show') };
  }
  const config = loadConfig(text, { set: options.set, seeds: options.seeds });
  return { config, checked: await checkExperiment(config, loadingOptions()) };
}

/** The number of an experiment; a new one is saved, and not started. */
function savedAs(history: History, side: Side): number {
  return 'id' in side ? side.id : saveExperiment(history, side.config, side.checked, false).experiment.id;
}

/** @throws UserError `register.experiments` where none is named */
function fixedBy(comparison: RegisteredComparison, sides: readonly Side[], options: RegisterOptions) {
  if (sides.length === 0)
    throw new UserError(
      'register.experiments',
      'register: no experiment is named; name saved ones by number, or presets or files to save first',
    );
  const [{ config }] = sides;
  const { seeds, margin, analysis, question } = options;
  return {
    ...{ comparison, analysis, question },
    seeds: seeds === undefined ? config.seeds : parseSeeds(seeds, '--seeds'),
    margin: margin === undefined ? null : sizeOf(margin, '--margin', metricOf(config)),
  };
}

/**
 * `iml`, `stage1`, or two subsets.
 * @throws UserError `register.comparison`
 */
function comparisonOf({ compare = '', at }: RegisterOptions): RegisteredComparison {
  if (compare === 'iml' || compare === 'stage1') return { kind: 'effects', effect: compare };
  const [first, second, ...more] = compare.split(',').map((name) => name.trim());
  if (isSubset(first) && isSubset(second) && more.length === 0 && first !== second)
    return { kind: 'subsets', first, second, at };
  throw new UserError(
    'register.comparison',
    `--compare: ${showValue(compare)} is no comparison; give iml or stage1 for an effect of two experiments, or two subsets of one, such as d1consis,d2consis (${TEST_SUBSETS.join(', ')})`,
  );
}

const isSubset = (name: string): name is TestSubset => (TEST_SUBSETS as string[]).includes(name);
