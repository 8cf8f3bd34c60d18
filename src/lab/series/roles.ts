/** What a column is read as: written as `--column` takes it, and guessed from its name. */
import { showValue, UserError } from '#shared/errors.ts';
import { METRIC_IDS, isShare, type MetricId } from '#shared/metrics.ts';
import { METRIC_TESTS, type MetricTest } from '#shared/records.ts';
import { PLACE_ROLES, type PlaceRole } from '#shared/series-roles.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { dataSetOf, toySubset } from './lightning.ts';
import { askedOf, loggedName } from './names.ts';

/** A column of numbers that were measured. */
export interface Measure {
  is: 'measure';
  metric: MetricId;
  /** Null where a column of the row says it. */
  subset: TestSubset | null;
  test: MetricTest | null;
  wording: string | null;
  /** Written in per cent; null is decided by the values. */
  percent: boolean | null;
  /** The run whose column it is, where the name says that. */
  run: string | null;
}

export type Role = { is: 'ignore' } | { is: PlaceRole } | Measure;

/** A role and why. */
export interface Guess {
  role: Role;
  why: string;
}

/** Someone's own word on columns: a name, in which `*` stands for anything, and a role. */
export interface ColumnChoice {
  column: string;
  becomes: string;
}

const IGNORED = (why: string): Guess => ({ role: { is: 'ignore' }, why });

/** What a seed is called; in a W&B run it stands in its config. */
export const SEED_NAME = /^(config\.)?((random|training|train)[_ ]?)?seed$/i;

const PLACE_NAMES: readonly [RegExp, PlaceRole][] = [
  [/^(run|run[_ .]?name|run[_ ]?id)$/i, 'run'],
  [SEED_NAME, 'seed'],
  [/^(seed_stage2|stage2_seed)$/i, 'seed_stage2'],
  [/^stage1_epoch$/i, 'stage1_epoch'],
  [/^state$/i, 'state'],
  [/^(training[_ ])?stage$/i, 'stage'],
  [/^(train\/)?epochs?$/i, 'epoch'],
  [/^(train\/|trainer\/)?(global_)?steps?$|^_step$|^iteration$/i, 'step'],
  [/^(data_?)?subset$/i, 'subset'],
  [/^test$/i, 'test'],
  [/^(metric|tag|variable)$/i, 'metric'],
  [/^value$/i, 'value'],
  [/^(count|n_questions)$/i, 'count'],
];

/** Steps of the training itself stand before those of a tracker. */
export const STEP_PREFERENCE = [/global_step$/i, /^steps?$/i];

/** `run name - eval/d1consis_EM`, as W&B heads the columns of a chart that is downloaded. */
const OF_RUN = /^(.+?) - (.+?)(__MIN|__MAX)?$/;

/**
 * @param choices the last one that fits counts
 * @param known what it is, where more than its name tells
 */
export function roleOfColumn(column: string, choices: readonly ColumnChoice[], known?: Guess | null): Guess {
  const chosen = choices.findLast((each) => fits(each.column, column));
  if (!chosen) return known ?? guessRole(column);
  return { role: completed(parseRole(chosen.becomes, column), column), why: 'as was asked' };
}

function fits(pattern: string, column: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(column);
}

/** A metric alone takes subset, test and run from the name of its column. */
function completed(role: Role, column: string): Role {
  if (role.is !== 'measure') return role;
  const [run, inner] = runOf(column);
  const named = loggedName(inner);
  const asked = role.subset === null && named && typeof named === 'object' ? named.asked : null;
  return { ...role, run, ...asked };
}

function runOf(column: string): [run: string | null, inner: string] {
  const [, run, inner, bound] = OF_RUN.exec(column) ?? [];
  return run !== undefined && bound === undefined ? [run, inner] : [null, column];
}

function guessRole(column: string): Guess {
  const place = PLACE_NAMES.find(([pattern]) => pattern.test(column.trim()))?.[1];
  if (place) return { role: { is: place }, why: 'by its name' };
  const dataSet = dataSetOf(column);
  if (dataSet) return guessOfDataSet(column, dataSet);
  const [, run, inner, bound] = OF_RUN.exec(column) ?? [];
  if (run === undefined) return guessMeasure(column, null);
  if (bound)
    return IGNORED('the least or most of what W&B draws at a step; the column beside it has the value');
  if (/^group:/i.test(run))
    return IGNORED('a mean over a group of runs; download the chart without grouping');
  return guessMeasure(inner, run);
}

/** A column that names a data set as Lightning does. */
function guessOfDataSet(column: string, { name, number }: { name: string; number: number }): Guess {
  const subset = toySubset(column);
  if (subset)
    return {
      role: { is: 'measure', metric: 'mse', subset, test: null, wording: null, percent: false, run: null },
      why: 'by its place among the test sets of the authors’ toy regression; a mean over all outputs, where ours is of the output that is asked for',
    };
  const guessed = guessMeasure(name, null);
  if (guessed.role.is === 'measure' && guessed.role.subset !== null) return guessed;
  return IGNORED(
    `of data set ${number} that Lightning was given: say which subset that is, as "${column}=d1consis/exact_match"`,
  );
}

/** What W&B adds to what is logged. */
const TRACKED: readonly [RegExp, string][] = [
  [/^_(timestamp|runtime)$/, 'the clock of W&B'],
  [/^system[./]/, 'of the machine, as W&B measures it'],
];

function guessMeasure(name: string, run: string | null): Guess {
  const tracked = TRACKED.find(([pattern]) => pattern.test(name));
  if (tracked) return IGNORED(tracked[1]);
  const named = loggedName(name);
  if (named === null && typeof askedOf(name) !== 'string')
    return IGNORED('a subset, and no metric: where it is one, say which, as "d1consis=d1consis/exact_match"');
  if (named === null) return IGNORED('no evaluation by its name');
  if (typeof named === 'string') return IGNORED(named);
  const { metric, asked } = named;
  if (metric === 'accuracy of something')
    return IGNORED(
      'an accuracy, which may be of single tokens, as in the authors’ code: where it is of whole answers, say "*accuracy=exact_match"',
    );
  const wording = asked?.wording ?? null;
  const role: Measure = {
    is: 'measure',
    metric,
    subset: asked?.subset ?? null,
    test: asked?.test ?? null,
    wording,
    percent: isShare(metric) ? null : false,
    run,
  };
  const of = run === null ? '' : `, of the run ${JSON.stringify(run)}`;
  const part = wording === null ? '' : '; the mean of all wordings of the test is taken';
  return { role, why: `by its name${of}${part}` };
}

/**
 * A role of its text: `seed`, `ignore`, `exact_match%`, `d1consis/exact_match`, `d1consis/association/f1`.
 * @throws UserError `series.role`
 */
export function parseRole(text: string, column: string): Role {
  const plain = text.trim();
  if (plain === 'ignore') return { is: 'ignore' };
  const place = PLACE_ROLES.find((role) => role === plain);
  if (place) return { is: place };
  const percent = plain.endsWith('%');
  const parts = (percent ? plain.slice(0, -1) : plain).split('/');
  const metric = METRIC_IDS.find((id) => id === parts.at(-1));
  const subset = parts.length > 1 ? TEST_SUBSETS.find((name) => name === parts[0]) : null;
  const test = parts.length > 2 ? METRIC_TESTS.find((name) => name === parts[1]) : null;
  const known = metric !== undefined && subset !== undefined && test !== undefined && parts.length < 4;
  if (known && (!percent || isShare(metric)))
    return { is: 'measure', metric, subset, test, wording: null, percent, run: null };
  throw new UserError(
    'series.role',
    `column ${showValue(column)}: ${showValue(text)} is no role; give ignore, ${PLACE_ROLES.join(', ')}, a metric (${METRIC_IDS.join(', ')}) with % where it is in per cent, or SUBSET/METRIC, SUBSET/TEST/METRIC such as d1consis/association/exact_match`,
  );
}

/** The text of a role; `parseRole` reads it. */
export function roleText(role: Role): string {
  if (role.is !== 'measure') return role.is;
  const test = role.test === null || role.test === 'questions' ? [] : [role.test];
  const asked = role.subset === null ? [] : [role.subset, ...test];
  return [...asked, `${role.metric}${role.percent ? '%' : ''}`].join('/');
}

/** `COLUMN=ROLE` of the command line. @throws UserError `series.role` */
export function parseColumnChoice(text: string): ColumnChoice {
  const at = text.lastIndexOf('=');
  const [column, becomes] = [text.slice(0, at), text.slice(at + 1)];
  if (at > 0 && becomes !== '') return { column, becomes };
  throw new UserError(
    'series.role',
    `--column: ${showValue(text)} is not COLUMN=ROLE; for example "eval_d1consis_acc=d1consis/exact_match"`,
  );
}
