/**
 * How a comparison is looked at, and how that stands in its address: `#/compare/1,2,3?base=2&by=alpha&log=1`. What is
 * as it is at first is left out; a part that is wrong or unknown is told and left out, the others hold.
 */
import { z } from 'zod';
import { METRIC_IDS } from '#shared/metrics.ts';
import { METRIC_TESTS } from '#shared/records.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { HEADLINE_CONTRASTS, contrastNamed } from '#shared/stats/contrast.ts';
import { showValue } from '#shared/errors.ts';
import { SMOOTHING } from '../charts/smooth.ts';
import type { ZoomLimits } from '../charts/zoom.ts';
import { brushesOf, brushText, type Brush } from './brush.ts';

const LAYOUTS = ['beside', 'overlay'] as const;
const PAINTS = ['subsets', 'experiments'] as const;
const ALIGNMENTS = ['stages', 'epochs'] as const;
const POINTS = ['experiments', 'runs'] as const;

/** The subsets that curves show at first. */
const SHOWN: TestSubset[] = ['d1consis', 'd2consis', 'd3consis', 'no_qd_baseline'];

/** What a part of an address says, and how it is written. */
interface Part<T> {
  key: string;
  first: T;
  /** @throws where the text is none */
  read: (text: string) => T;
  write: (value: T) => string;
}

const part = <T>(key: string, first: T, read: (text: string) => T, write: (value: T) => string): Part<T> => ({
  ...{ key, first, read, write },
});

function oneOf<const T extends readonly string[]>(
  key: string,
  values: T,
  first: T[number] | null = null,
): Part<T[number] | null> {
  return part<T[number] | null>(
    ...[key, first],
    (text) => z.enum(values as unknown as [string, ...string[]]).parse(text) as T[number],
    (value) => value ?? '',
  );
}

const chosen = <const T extends readonly string[]>(key: string, values: T, first: T[number]) =>
  oneOf(key, values, first) as unknown as Part<T[number]>;

function list<T extends string>(key: string, item: z.ZodType<T>, first: readonly T[], most = 40): Part<T[]> {
  const schema = z.array(item).min(1).max(most);
  return part<T[]>(
    key,
    [...first],
    (text) => [...new Set(schema.parse(text.split(',')))],
    (values) => values.join(','),
  );
}

const isOn = (key: string, first: boolean): Part<boolean> =>
  part(
    ...[key, first],
    (text) => z.enum(['0', '1']).parse(text) === '1',
    (value) => (value ? '1' : '0'),
  );

/** A number as JavaScript writes it: no other way to write it is read. */
function numberOf(text: string): number {
  const value = z.coerce.number().parse(text);
  if (text.trim() === '') throw new Error('a number is missing');
  return value;
}

const number = (key: string, schema: z.ZodType<number>): Part<number | null> =>
  part<number | null>(key, null, (text) => schema.parse(numberOf(text)), String);

const column = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^,;]+$/, 'a column has no comma in its name');

const columnPart = (key: string): Part<string | null> =>
  part<string | null>(
    ...[key, null],
    (text) => column.parse(text),
    (value) => value ?? '',
  );

const contrast = z.string().transform((text) => contrastNamed(text).id);

function rangeOf(text: string): [number, number] | null {
  if (text === '') return null;
  const [low, high, ...more] = text.split('..').map(numberOf);
  if (low === undefined || high === undefined || more.length > 0 || !(low < high))
    throw new Error('a range is written low..high');
  return [low, high];
}

const zoomPart = part<ZoomLimits | null>(
  'zoom',
  null,
  (text) => {
    const [x = '', y = '', ...more] = text.split(',');
    const zoom = { x: rangeOf(x), y: rangeOf(y) };
    if (more.length > 0 || (zoom.x === null && zoom.y === null)) throw new Error('it names no range');
    return zoom;
  },
  (zoom) => (zoom ? [zoom.x, zoom.y].map((range) => range?.join('..') ?? '').join(',') : ''),
);

/** All that can be chosen of a comparison. */
const PARTS = {
  /** Number of the experiment that the others are compared with; null is the first. */
  base: number('base', z.int().positive()),
  /** Columns whose values experiments are grouped by; none is not. */
  by: list('by', column, [], 2),
  subsets: list('subsets', z.enum(TEST_SUBSETS as [TestSubset, ...TestSubset[]]), SHOWN),
  /** Null is the headline of each. */
  metric: oneOf('metric', METRIC_IDS),
  tests: list('tests', z.enum(METRIC_TESTS), ['questions']),
  /** Contrasts, as `contrastNamed` reads them. */
  effects: list('effects', contrast, HEADLINE_CONTRASTS, 20),
  /** What is too small to matter, in the metric's unit. */
  margin: number('margin', z.number().positive()),
  /** When the numbers of the table are from. */
  moment: chosen('at', ['stage1', 'stage2'], 'stage2'),
  layout: chosen('layout', LAYOUTS, 'beside'),
  /** What colours tell apart in an overlay. */
  paint: chosen('paint', PAINTS, 'subsets'),
  align: chosen('align', ALIGNMENTS, 'stages'),
  /** Single runs behind their mean. */
  traces: isOn('traces', true),
  /** Neighbouring evaluations that each point is the mean of; 1 is none but its own. */
  smooth: part<number>('smooth', 1, (text) => z.literal([...SMOOTHING]).parse(numberOf(text)), String),
  /** Logarithmic y axis of the curves. */
  log: isOn('log', false),
  /** Limits of both axes of the curves; null is all that there is. */
  zoom: zoomPart,
  /** Along which effects are drawn, and what tells their lines apart. */
  along: columnPart('along'),
  lines: columnPart('lines'),
  /** What points and lines of scatter and parallel axes are. */
  points: chosen('points', POINTS, 'experiments'),
  x: columnPart('x'),
  y: columnPart('y'),
  /** Axes of the relations that are logarithmic. */
  logs: list('logs', column, []),
  axes: list('axes', column, [], 12),
  brush: part<Brush[]>('brush', [], brushesOf, brushText),
} as const;

type Value<P> = P extends Part<infer T> ? T : never;
export type CompareLook = { [Key in keyof typeof PARTS]: Value<(typeof PARTS)[Key]> };

const ENTRIES = Object.entries(PARTS) as [keyof CompareLook, Part<unknown>][];
const KEYS = ENTRIES.map(([, { key }]) => key);

/** Before anything is chosen. */
export const FIRST_LOOK = Object.fromEntries(
  ENTRIES.map(([name, { first }]) => [name, first]),
) as unknown as CompareLook;

/** What an address says, with a sentence about each part of it that is wrong. */
export function readLook(query: Readonly<Record<string, string>>): { look: CompareLook; problems: string[] } {
  const strange = Object.keys(query).filter((key) => !KEYS.includes(key));
  const problems = strange.map(
    (key) =>
      `The link says ${showValue(key, 40)}, which is nothing that a comparison has; it is left out (${KEYS.join(', ')}).`,
  );
  const look = ENTRIES.map(([name, { key, first, read }]): [string, unknown] => {
    const text = Object.hasOwn(query, key) ? query[key] : undefined;
    if (text === undefined) return [name, first];
    try {
      return [name, read(text)];
    } catch (error) {
      problems.push(`The link’s ${key}=${showValue(text, 40)} cannot be: ${whyOf(error)}. It is left out.`);
      return [name, first];
    }
  });
  return { look: Object.fromEntries(look) as unknown as CompareLook, problems };
}

/** The parts that are not as at first, as they stand in an address; null takes one out. */
export function writeLook(changes: Partial<CompareLook>): Record<string, string | null> {
  const parts = ENTRIES.filter(([name]) => name in changes).map(([name, { key, first, write }]) => {
    const [text, plain] = [write(changes[name]), write(first)];
    return [key, text === plain || text === '' ? null : text];
  });
  return Object.fromEntries(parts) as Record<string, string | null>;
}

function whyOf(error: unknown): string {
  const said =
    error instanceof z.ZodError ? error.issues.map(({ message }) => message) : [(error as Error).message];
  return said.join('; ').replace(/\.$/, '');
}
