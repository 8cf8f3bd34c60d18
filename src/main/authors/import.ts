/** Opening a config file of the paper's authors: our config, and a report of what became of every key. */
import path from 'node:path';
import { subsetSizes } from '#shared/subset-sizes.ts';
import { kindOf } from '#lab/tasks/index.ts';
import type { AuthorsKey, AuthorsReport } from '#shared/authors.ts';
import { isMapping } from '#shared/config-path.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { entityCount } from '#shared/datasets.ts';
import { showValue, toFieldError, UserError } from '#shared/errors.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { entriesOf, readArguments } from './arguments.ts';
import { defaultsOf, fatesOf } from './fates.ts';
import { parsePyYaml } from './pyyaml.ts';
import { authorsKind } from './recognise.ts';
import { readToy } from './toy.ts';
import { translate } from './translate.ts';

export interface AuthorsImport {
  /** Null where the file does not open; the report says why. */
  config: ExperimentConfig | null;
  report: AuthorsReport;
}

const SEEDS =
  'seeds draw other data and weights here than in the authors’ code: compare means over seeds, not single runs';
const SEARCH =
  'parameters: these are settings of a search by wandb, not an experiment; "credence sweep" trains over values of any field';

/**
 * Reads a file of the authors' `configs` folder.
 * @param file its path or name, for messages and the name of the experiment
 * @throws UserError `config.yaml` for broken YAML, `authors.format` for a file that is none of theirs
 */
export function importAuthorsConfig(text: string, file: string): AuthorsImport {
  const raw = parsePyYaml(text, file);
  const kind = authorsKind(raw);
  if (!isMapping(raw) || kind === null)
    throw new UserError(
      'authors.format',
      `${file}: is no config of the paper's authors (${showValue(raw)}); theirs have parts such as data_arguments and training_arguments`,
    );
  const report: AuthorsReport = {
    file: path.basename(file),
    verdict: 'not opened',
    problem: null,
    keys: [],
    defaults: [],
    remarks: [],
  };
  if (kind === 'search') return { config: null, report: closed(report, raw, SEARCH) };
  try {
    return kind === 'toy' ? openToy(raw, report) : open(raw, report);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { config: null, report: { ...report, problem: error.message } };
  }
}

function open(raw: Record<string, unknown>, report: AuthorsReport): AuthorsImport {
  const values = readArguments(raw);
  report.keys = fatesOf(values);
  report.defaults = defaultsOf(values);
  report.remarks = [SEEDS];
  const config = complete(translate(values, path.parse(report.file).name), report);
  return { config, report: { ...report, verdict: verdictOf(report) } };
}

function openToy(raw: Record<string, unknown>, report: AuthorsReport): AuthorsImport {
  const toy = readToy(raw, path.parse(report.file).name);
  Object.assign(report, { keys: toy.keys, defaults: toy.defaults, remarks: [SEEDS, ...toy.remarks] });
  const config = complete(toy.config, report);
  return { config, report: { ...report, verdict: verdictOf(report) } };
}

function verdictOf({ keys }: AuthorsReport): AuthorsReport['verdict'] {
  return keys.some(({ fate }) => fate === 'unsupported') ? 'partly supported' : 'opened';
}

/** @throws UserError naming the keys of the file that a field of ours came from */
function complete(raw: Record<string, unknown>, report: AuthorsReport): ExperimentConfig {
  try {
    const config = resolveConfig(raw);
    kindOf(config).check(config);
    const { dataset } = config;
    const entities = 'n_entities' in dataset ? dataset.n_entities : entityCount(dataset);
    if ('subsets' in config && entities !== null) subsetSizes(config, entities);
    return config;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { field } = toFieldError(error);
    const from = [...report.keys, ...report.defaults].filter(
      ({ to }) => field !== null && to.some((each) => each === field || each.startsWith(`${field}.`)),
    );
    const keys = from.map(({ key, value }) => `${key} ${value}`).join(', ');
    throw new UserError(error.code, keys ? `${error.message} (from ${keys})` : error.message);
  }
}

/** A file that is recognised and cannot be had: every key with the same reason. */
function closed(report: AuthorsReport, raw: Record<string, unknown>, problem: string): AuthorsReport {
  const note = problem.replace(/^\w+: /, '');
  const keys = entriesOf(raw).map(({ part, key, value }): AuthorsKey => ({
    key: part ? `${part}.${key}` : key,
    value: showValue(value, 80),
    fate: 'unsupported',
    to: [],
    note,
  }));
  return { ...report, problem, keys };
}
