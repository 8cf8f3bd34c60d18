/** Sweeps: one experiment per combination of the values of some config fields (paper, ablations). */
import { z } from 'zod';
import { isMapping, overlappingPaths, withField } from './config-path.ts';
import { repeatedText } from './config/templates.ts';
import { showValue, UserError } from './errors.ts';
import { readSweepText, type SweepValue } from './sweep-text.ts';

const MAX_CELLS = 1000;

/** Any JSON value, or numbers by their ends: a step, or how many (evenly, or by equal factors). */
const rangeSchema = z.strictObject({
  from: z.number(),
  to: z.number(),
  step: z.number().optional(),
  count: z.int().min(2).max(MAX_CELLS).optional(),
  scale: z.enum(['linear', 'log']).default('linear'),
});

const sweepSchema = z.strictObject({
  /** `grid`: every combination; `paired`: the first values together, then the second ones, and so on. */
  mode: z.enum(['grid', 'paired']).default('grid'),
  /** Text is read as `readSweepText` does. */
  over: z.record(z.string().min(1), z.union([z.array(z.json()).min(1), z.string(), rangeSchema])),
});

/** The `sweep` part of a file, or of a design under way, whose values may still be wrong. */
export type RawSweep = z.input<typeof sweepSchema>;

/** Which fields are swept, over which values. */
export interface SweepSpec {
  mode: 'grid' | 'paired';
  /** Values by path, for example `tags.correlation`. */
  over: Record<string, SweepValue[]>;
}

export type { SweepValue };

/** One combination: the value of each swept field. */
export type SweepCell = Record<string, SweepValue>;

/**
 * Reads the `sweep` part of a file.
 * @throws UserError `sweep.*` naming the field, its value and the remedy
 */
export function parseSweep(raw: unknown): SweepSpec {
  const parsed = sweepSchema.safeParse(raw);
  if (!parsed.success) throw badSweep(raw, parsed.error.issues[0]);
  const { mode, over } = parsed.data;
  const fields = Object.entries(over).map(([field, values]): [string, SweepValue[]] => [
    field,
    readValues(field, values),
  ]);
  if (fields.length === 0)
    throw new UserError(
      'sweep.over',
      'sweep.over: names no field; write for example { tags.correlation: [0.5, 1] }, or --over tags.correlation=0.5,1',
    );
  checkApart(Object.keys(over));
  if (mode === 'grid') for (const [field, values] of fields) checkDistinct(field, values);
  const spec: SweepSpec = { mode, over: Object.fromEntries(fields) };
  checkDistinctCells(sweepCells(spec));
  return spec;
}

/**
 * Every combination, in the order of the fields: the last one changes fastest.
 * @throws UserError `sweep.paired` if lists that go together differ in length, `sweep.cells` if there are too many
 */
export function sweepCells({ mode, over }: SweepSpec): SweepCell[] {
  const fields = Object.entries(over);
  if (mode === 'paired') checkPaired(fields);
  const cells =
    mode === 'paired' ? fields[0][1].length : fields.reduce((n, [, values]) => n * values.length, 1);
  if (cells > MAX_CELLS)
    throw new UserError(
      'sweep.cells',
      `sweep.over: makes ${cells} combinations, more than ${MAX_CELLS}; use fewer values`,
    );
  if (mode === 'paired')
    return fields[0][1].map((_, i) =>
      Object.fromEntries(fields.map(([field, values]) => [field, values[i]])),
    );
  return fields.reduce<SweepCell[]>(
    (cells, [field, values]) => cells.flatMap((cell) => values.map((value) => ({ ...cell, [field]: value }))),
    [{}],
  );
}

/** `tags.correlation=0.5, training.stage1.batch_size=64`. */
export function cellLabel(cell: SweepCell): string {
  return Object.entries(cell)
    .map(([field, value]) => `${field}=${typeof value === 'string' ? value : showValue(value, 40)}`)
    .join(', ');
}

/**
 * The raw config of one combination.
 * @param fields a raw config without its `sweep`
 * @param name of the sweep; that of the combination begins with it
 * @throws UserError `sweep.over` where a path leads into a value that has no fields
 */
export function withCell(fields: unknown, cell: SweepCell, name: string): Record<string, unknown> {
  const changed = Object.entries(cell).reduce((raw, [field, value]) => {
    const next = isMapping(raw) ? withField(raw, field, value) : null;
    if (next) return next;
    throw new UserError(
      'sweep.over',
      `sweep.over.${field}: is not a path of a config field; "credence fields" lists them`,
    );
  }, fields);
  return { ...(changed as object), name: cellName(name, cell) };
}

/** `pocket: tags.correlation=0.5`, cut to what a name may have. */
export function cellName(name: string, cell: SweepCell): string {
  return `${name}: ${cellLabel(cell)}`.slice(0, 200);
}

/** A raw config and its `sweep` part apart; the part is undefined where it has none. */
export function splitSweep(raw: unknown): { fields: unknown; sweep: unknown } {
  if (!isMapping(raw)) return { fields: raw, sweep: undefined };
  const { sweep, ...fields } = raw;
  return { fields, sweep: sweep ?? undefined };
}

function checkPaired(fields: [string, SweepValue[]][]): void {
  const [first, ...others] = fields;
  const odd = others.find(([, values]) => values.length !== first[1].length);
  if (odd)
    throw new UserError(
      'sweep.paired',
      `sweep.over.${odd[0]}: has ${odd[1].length} values and ${first[0]} has ${first[1].length}; make them equal, or set sweep.mode to grid`,
    );
}

/** The name is the sweep's to give; a field and one within it would overwrite each other. */
function checkApart(fields: readonly string[]): void {
  if (fields.includes('name'))
    throw new UserError(
      'sweep.over',
      'sweep.over.name: changes nothing that is trained; sweep another field, and name the sweep with --name',
    );
  const both = overlappingPaths(fields);
  if (both)
    throw new UserError(
      'sweep.over',
      `sweep.over.${both[1]}: lies within ${both[0]}, which is swept too; sweep one of them`,
    );
}

function checkDistinct(field: string, values: SweepValue[]): void {
  const twice = repeatedText(values.map((value) => JSON.stringify(value)));
  if (twice !== undefined)
    throw new UserError('sweep.twice', `sweep.over.${field}: ${twice} is there twice; drop one`);
}

/** Of lists that go together each may repeat a value, but not all of them at once. */
function checkDistinctCells(cells: readonly SweepCell[]): void {
  const twice = repeatedText(cells.map(cellLabel));
  if (twice !== undefined)
    throw new UserError('sweep.twice', `sweep.over: ${twice} is there twice; drop one`);
}

type Range = z.input<typeof rangeSchema>;

function readValues(field: string, values: SweepValue[] | string | Range): SweepValue[] {
  const read = typeof values === 'string' ? readSweepText(field, values) : values;
  return Array.isArray(read) ? read : expandRange(field, read);
}

function expandRange(field: string, range: Range): number[] {
  const { from, to, step, count, scale } = range;
  const fail = (what: string) =>
    new UserError('sweep.range', `sweep.over.${field}: ${showValue(range, 80)} ${what}`);
  if ((step === undefined) === (count === undefined)) throw fail('needs either a step or a count');
  if (to === from) throw fail('ends where it begins or before; make "to" larger than "from"');
  if (step !== undefined && (step === 0 || to > from !== step > 0))
    throw fail(
      step === 0
        ? 'has a step of 0; use one that leads from the first value to the last'
        : `ends where it begins or before, in steps of ${step}; ${step > 0 ? `make "to" larger than "from", or use ${-step}` : `use ${-step}`}`,
    );
  if (scale === 'log' && (from <= 0 || to <= 0 || step !== undefined))
    throw fail('has a log scale, which needs a count and a "from" above 0, and a "to"');
  const n = count ?? Math.floor((to - from) / step! + 1e-9) + 1;
  if (n > MAX_CELLS) throw fail(`has ${n} values, more than ${MAX_CELLS}; use a larger step`);
  const at = (i: number) => {
    if (scale === 'log') return from * (to / from) ** (i / (n - 1));
    return from + i * (step ?? (to - from) / (n - 1));
  };
  return Array.from({ length: n }, (_, i) => Number(at(i).toPrecision(12)));
}

function badSweep(raw: unknown, issue: z.core.$ZodIssue): UserError {
  const path = ['sweep', ...issue.path.map(String)].join('.');
  const value = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    raw,
  );
  if (issue.code === 'unrecognized_keys')
    return new UserError(
      'sweep.unknown-key',
      `${path}.${issue.keys[0]}: unknown key; known: mode, over (and from, to, step, count, scale in a range)`,
    );
  const expected =
    issue.path[0] === 'mode'
      ? '"grid" or "paired"'
      : issue.path.length > 1
        ? 'a list of values, or a range such as { from: 0.5, to: 1, step: 0.25 }'
        : 'a mapping such as { over: { tags.correlation: [0.5, 1] } }';
  return new UserError('sweep.value', `${path}: ${showValue(value)} is not allowed; expected ${expected}`);
}
