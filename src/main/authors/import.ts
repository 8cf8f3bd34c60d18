/** Opening a config file of the paper's authors: our config, and a report of what became of every key. */
import path from 'node:path';
import { subsetSizes } from '#shared/subset-sizes.ts';
import { resolveModel } from '#lab/models/resolve.ts';
import type { AuthorsKey, AuthorsReport } from '#shared/authors.ts';
import { isMapping } from '#shared/config-path.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { entityCount } from '#shared/datasets.ts';
import { showValue, toFieldError, UserError } from '#shared/errors.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { entriesOf, readArguments } from './arguments.ts';
import { defaultsOf, fatesOf } from './fates.ts';
import { parsePyYaml } from './pyyaml.ts';
import { authorsKind, type AuthorsKind } from './recognise.ts';
import { translate } from './translate.ts';

export interface AuthorsImport {
  /** Null where the file does not open; the report says why. */
  config: ExperimentConfig | null;
  report: AuthorsReport;
}

const SEEDS =
  'seeds draw other data and weights here than in the authors’ code: compare means over seeds, not single runs';
const NOT_THERE: Record<Exclude<AuthorsKind, 'experiment'>, string> = {
  toy: 'toy_example_arguments: the toy regression is not there yet',
  search:
    'parameters: these are settings of a search by wandb, not an experiment; "credence sweep" trains over values of any field',
};

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
  if (kind !== 'experiment') return { config: null, report: closed(report, raw, NOT_THERE[kind]) };
  try {
    return open(raw, report);
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
  const partly = report.keys.some(({ fate }) => fate === 'unsupported');
  return { config, report: { ...report, verdict: partly ? 'partly supported' : 'opened' } };
}

/** @throws UserError naming the keys of the file that a field of ours came from */
function complete(raw: Record<string, unknown>, report: AuthorsReport): ExperimentConfig {
  try {
    const config = resolveConfig(raw);
    resolveModel(config.model, { vocab_size: 1, n_ctx: 1 });
    const { dataset } = config;
    const entities = 'n_entities' in dataset ? dataset.n_entities : entityCount(dataset);
    if (entities !== null) subsetSizes(config, entities);
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
