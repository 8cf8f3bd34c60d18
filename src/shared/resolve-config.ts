/**
 * From whatever a YAML file or an editor holds to a complete `ExperimentConfig`, or to one clear error.
 */
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { TASK_IDS, TASK_SCHEMAS, taskOf, type ExperimentConfig, type TaskId } from './config.ts';
import { DATASET_KINDS } from './config/dataset.ts';
import { MAX_SEED } from './config/values.ts';
import { showValue, UserError } from './errors.ts';
import { shapeOf, unwrap } from './schema-walk.ts';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/**
 * Validates a raw config and fills in every default.
 * @param raw parsed YAML or JSON
 * @throws UserError `config.*` naming the field, its value and the remedy; the first problem only
 */
export function resolveConfig(raw: unknown): ExperimentConfig {
  const { config, errors } = judgeConfig(raw);
  if (config) return config;
  throw errors[0];
}

/** As `resolveConfig`, with every problem at once; `config` is null where there is any. */
export function judgeConfig(raw: unknown): { config: ExperimentConfig | null; errors: UserError[] } {
  try {
    const withSeeds = readSeeds(raw);
    const schema = schemaOf(withSeeds);
    const plain = withPlainValues(withSeeds, schema);
    const result = schema.safeParse(plain);
    if (!result.success)
      return { config: null, errors: result.error.issues.map((issue) => toUserError(issue, plain)) };
    checkFractions(result.data);
    return { config: result.data, errors: [] };
  } catch (error) {
    if (error instanceof UserError) return { config: null, errors: [error] };
    throw error;
  }
}

type Schema = (typeof TASK_SCHEMAS)[TaskId];

/** The schema of the kind of task that a config names. @throws UserError `config.task` */
function schemaOf(raw: object): Schema {
  const task = taskOf(raw);
  if (task) return TASK_SCHEMAS[task];
  throw new UserError(
    'config.task',
    `task: ${showValue((raw as { task?: unknown }).task)} is no kind of task; choose ${TASK_IDS.join(', ')}`,
  );
}

/** Values whose meaning is plain, though YAML 1.2 reads them as something else: `on` for true, `1_000`, `header: false`. */
function withPlainValues(raw: object, schema: Schema): object {
  const result = schema.safeParse(raw);
  if (result.success) return raw;
  return result.error.issues.reduce((fields, issue) => {
    const plain = plainValue(issue, valueAt(fields, issue.path));
    return plain === undefined ? fields : (withValue(fields, issue.path, plain) as object);
  }, raw);
}

function plainValue(issue: Issue, value: unknown): unknown {
  if (issue.code === 'invalid_value' && typeof value === 'boolean')
    return issue.values.includes(value ? 'yes' : 'no') ? (value ? 'yes' : 'no') : undefined;
  if (issue.code !== 'invalid_type' || typeof value !== 'string') return undefined;
  if (issue.expected === 'boolean')
    return { yes: true, on: true, no: false, off: false }[value.toLowerCase()];
  const underscored = /^[+-]?\d+(?:_\d{3})+(?:\.\d+)?$/.test(value);
  return underscored && ['number', 'int'].includes(issue.expected)
    ? Number(value.replaceAll('_', ''))
    : undefined;
}

/** A copy with one value replaced. */
function withValue(raw: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(raw))
    return raw.map((inner: unknown, i) => (i === key ? withValue(inner, rest, value) : inner));
  const fields = raw as Record<PropertyKey, unknown>;
  return { ...fields, [key]: withValue(fields[key], rest, value) };
}

function readSeeds(raw: unknown): object {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw))
    throw new UserError(
      'config.type',
      `config: ${showValue(raw)} is not a mapping; write fields such as "name: my experiment"`,
    );
  const fields: Record<string, unknown> = { ...raw };
  for (const field of ['seeds', 'seeds_stage2'] as const)
    if (fields[field] !== undefined && (field === 'seeds' || fields[field] !== null))
      fields[field] = parseSeeds(fields[field], field);
  return fields;
}

/**
 * Reads the ways of writing seeds: a count (`5` → 0…4), a range (`600..604`), a list (`[3, 8]`, `3,8`, `0..4,8`);
 * numbers may be written as `1e2` or `1_000`.
 * @param field what they are called in messages
 * @throws UserError `config.seeds`
 */
export function parseSeeds(value: unknown, field = 'seeds'): number[] {
  const fail = (bad: unknown, what: string) => seedError(field, bad, what);
  if (Array.isArray(value)) return checkedSeeds(value, value, fail);
  const typed = String(value).trim();
  const text = /^\[([^[\]]*)\]$/.exec(typed)?.[1] ?? typed;
  if (text.trim() === '') throw fail(value, 'names no seed');
  // In brackets, one number is a list of one.
  const count = text === typed ? readWhole(text) : null;
  if (count !== null) return seedRange(0, count - 1, value, fail);
  return checkedSeeds(
    text.split(',').flatMap((part) => seedPart(part, value, fail)),
    value,
    fail,
  );
}

/** One seed of a list, or a range in it. */
function seedPart(part: string, value: unknown, fail: SeedFailure): number[] {
  const range = part.split(/\.{2,3}|…/).map(readWhole);
  if (range.length === 2 && range[0] !== null && range[1] !== null)
    return seedRange(range[0], range[1], value, fail);
  if (range.length === 1 && range[0] !== null) return range as number[];
  const dash = /^\s*(\d+)\s*[-–:]\s*(\d+)\s*$/.exec(part);
  if (dash) throw fail(value, `may mean ${dash[1]}..${dash[2]}: write it with two dots`);
  if (part.trim() === '') throw fail(value, 'has a comma without a seed');
  throw fail(
    value,
    /^\s*-/.test(part) ? 'is negative, which a seed cannot be' : 'is neither a count, a range nor a list',
  );
}

/** A whole number as a person writes it: `5`, `1e2`, `1_000`, `5.0`; null for anything else. */
export function readWhole(text: string): number | null {
  const plain = text.trim().replace(/(?<=\d)_(?=\d)/g, '');
  const number = /^\d+(?:\.\d*)?(?:e\+?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  return Number.isInteger(number) ? number : null;
}

type SeedFailure = (bad: unknown, what: string) => UserError;

function seedRange(first: number, last: number, value: unknown, fail: SeedFailure): number[] {
  if (last < first) throw fail(value, 'holds no seed');
  if (last > MAX_SEED) throw fail(value, `goes past the largest seed, ${MAX_SEED}`);
  if (last - first >= 10_000) throw fail(value, 'is more than 10000 seeds');
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function checkedSeeds(seeds: readonly unknown[], value: unknown, fail: SeedFailure): number[] {
  const bad = seeds.find(
    (seed) => !Number.isInteger(seed) || (seed as number) < 0 || (seed as number) > MAX_SEED,
  );
  if (bad !== undefined) throw fail(bad, `is not a whole number from 0 to ${MAX_SEED}`);
  if (new Set(seeds).size !== seeds.length) throw fail(value, 'names a seed twice');
  return seeds as number[];
}

function seedError(field: string, value: unknown, what: string): UserError {
  return new UserError(
    'config.seeds',
    `${field}: ${showValue(value)} ${what}; write a count (5), a range (600..604) or a list ([3, 8])`,
  );
}

function checkFractions(config: ExperimentConfig): void {
  if (!('subsets' in config)) return;
  const fractions = config.subsets.fractions;
  const sum = Object.values(fractions).reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) < 1e-9) return;
  const used = Object.entries(fractions).filter(([, value]) => value > 0);
  const shown = used.map(([name, value]) => `${name} ${value}`).join(', ');
  const change = sum > 1 ? `take ${round(sum - 1)} away` : `add ${round(1 - sum)}`;
  throw new UserError(
    'config.fractions',
    `subsets.fractions: they sum to ${round(sum)}, not 1 (${shown}); ${change}`,
  );
}

const round = (value: number) => Number(value.toFixed(6));

function toUserError(issue: Issue, raw: unknown): UserError {
  if (issue.code === 'unrecognized_keys') return unknownKey(issue, raw);
  const field = pathText(issue.path);
  const value = valueAt(raw, issue.path);
  const help = schemaAt(issue.path, raw)?.description;
  const found =
    value === undefined ? 'is missing' : value === '' ? 'is empty' : `${showValue(value)} is not allowed`;
  const hint = issue.code === 'invalid_type' ? writtenHint(value, issue.expected) : '';
  return new UserError(
    'config.value',
    `${field}: ${found}; expected ${isWhole(issue.path, raw) && issue.code === 'invalid_type' ? 'a whole number' : expectation(issue)}${hint}${help ? ` (${help.replace(/\.$/, '')})` : ''}`,
  );
}

/** What may be meant by a text where a number belongs, or by a number where a text does. */
function writtenHint(value: unknown, expected: string): string {
  if (typeof value === 'number' && expected === 'string') return `, in quotes ("${value}")`;
  if (typeof value !== 'string') return '';
  if (expected !== 'number' && expected !== 'int') return '';
  if (/^\s*[+-]?\d+,\d+\s*$/.test(value)) return `, with a point (${value.trim().replace(',', '.')})`;
  return /^\s*\d+(?:[.,]\d+)?\s*%\s*$/.test(value) ? ', as a share of 1 (0.5 for 50 %)' : '';
}

function unknownKey(issue: z.core.$ZodIssueUnrecognizedKeys, raw: unknown): UserError {
  const key = issue.keys[0];
  const known = Object.keys(shapeOf(schemaAt(issue.path, raw)) ?? {});
  const nearest = known.length > 0 ? closest(key, known) : undefined;
  const value = showValue(valueAt(raw, [...issue.path, key]));
  const place = issue.path.length > 0 ? ` in ${pathText(issue.path)}` : '';
  return new UserError(
    'config.unknown-key',
    `${pathText([...issue.path, key])}: unknown key (value ${value})${nearest ? `; did you mean "${nearest}"?` : ''} Known keys${place}: ${known.join(', ')}`,
  );
}

/** What a field accepts, in words. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return (
        {
          int: 'a whole number',
          number: 'a number',
          string: 'text',
          boolean: 'true or false',
          array: 'a list',
          object: 'a mapping',
          record: 'a mapping',
        }[issue.expected as string] ?? issue.expected
      );
    case 'too_small':
      // The schema may say in words what has to be chosen.
      if (issue.origin === 'string' && issue.minimum === 1)
        return issue.message.startsWith('Too small') ? 'some text' : issue.message;
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' items' : ''}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' items' : ''}`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => showValue(value)).join(', ')}`;
    case 'invalid_union':
      return DATASET_KINDS.map((kind) => `kind: ${kind}`).join(' or ');
    default:
      return issue.message;
  }
}

/** `training.stage1.lr` for a path. */
function pathText(path: Path): string {
  return path.length > 0 ? path.map(String).join('.') : 'config';
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined | null)?.[key],
    raw,
  );
}

/** The schema of a field, looking through defaults and nullables; a dataset is chosen by its `kind`. */
function schemaAt(path: Path, raw: unknown): (z.core.$ZodType & { description?: string }) | undefined {
  let schema: z.core.$ZodType | undefined = schemaOf(raw as object);
  for (const [depth, key] of path.entries()) {
    schema = shapeOf(schema)?.[String(key)];
    if (!schema) return undefined;
    const inner = unwrap(schema);
    if (inner instanceof z.ZodDiscriminatedUnion) {
      const kind = (valueAt(raw, path.slice(0, depth + 1)) as { kind?: unknown } | undefined)?.kind;
      schema =
        inner.options.find(
          (option) =>
            shapeOf(option)?.kind instanceof z.ZodLiteral &&
            (shapeOf(option)?.kind as z.ZodLiteral).value === kind,
        ) ?? schema;
    }
  }
  return schema;
}

function isWhole(path: Path, raw: unknown): boolean {
  const schema = schemaAt(path, raw);
  const inner = schema && unwrap(schema);
  return inner instanceof z.ZodNumber && inner.format === 'safeint';
}
