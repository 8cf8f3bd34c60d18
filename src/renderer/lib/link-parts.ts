/** Parts of an address: how each is read, how it is written, and what it takes where somebody wrote it wrong. */
import { z } from 'zod';

/** What a part of an address says, and how it is written. */
export interface LinkPart<T> {
  key: string;
  /** Before anything is chosen; the address leaves it out. */
  first: T;
  /** What may stand there, in words. */
  takes: string;
  /** @throws where the text is none of that */
  read: (text: string) => T;
  write: (value: T) => string;
}

/** One of a few words. */
export function oneOf<const T extends readonly string[]>(
  key: string,
  values: T,
  first: T[number],
): LinkPart<T[number]> {
  const schema = z.enum(values as unknown as [string, ...string[]]);
  return {
    ...{ key, first, takes: values.join(', ') },
    read: (text) => schema.parse(text) as T[number],
    write: (value) => value,
  };
}

/** The same where none need be chosen. */
export function oneOrNone<const T extends readonly string[]>(
  key: string,
  values: T,
): LinkPart<T[number] | null> {
  const { read, takes } = oneOf(key, values, values[0]!);
  return { key, first: null, takes, read, write: (value) => value ?? '' };
}

/** Several, between commas, each once. */
export function several<T extends string>(
  key: string,
  item: z.ZodType<T>,
  { first, takes, most = 40 }: { first: readonly T[]; takes: string; most?: number },
): LinkPart<T[]> {
  const schema = z.array(item).min(1).max(most);
  return {
    ...{ key, first: [...first], takes: `${takes}, ${most} at most, with commas between them` },
    read: (text) => [...new Set(schema.parse(text.split(',')))],
    write: (values) => values.join(','),
  };
}

export const onOrOff = (key: string, first: boolean): LinkPart<boolean> => ({
  ...{ key, first, takes: '1 for on, 0 for off' },
  read: (text) => z.enum(['0', '1']).parse(text) === '1',
  write: (value) => (value ? '1' : '0'),
});

/** @throws where it is none */
function numberOf(text: string): number {
  if (text.trim() === '') throw new Error('a number is missing');
  return z.coerce.number().parse(text);
}

export const numberOrNone = (
  key: string,
  schema: z.ZodType<number>,
  takes: string,
): LinkPart<number | null> => ({
  ...{ key, first: null, takes },
  read: (text) => schema.parse(numberOf(text)),
  write: String,
});

/** One of a few numbers. */
export const oneNumber = (key: string, values: readonly number[], first: number): LinkPart<number> => ({
  ...{ key, first, takes: values.join(', ') },
  read: (text) => z.literal([...values]).parse(numberOf(text)),
  write: String,
});

/** The name of a column of the table; which there are is known to the host. */
export const column = z
  .string()
  .max(200)
  .regex(/^[^,;]+$/);

export const columnOrNone = (key: string): LinkPart<string | null> => ({
  ...{ key, first: null, takes: 'a column, such as alpha or d1consis' },
  read: (text) => column.parse(text),
  write: (value) => value ?? '',
});

/** `2..8`; the empty text is none. @throws where it is no range */
export function rangeOf(text: string): [low: number, high: number] | null {
  if (text === '') return null;
  const [low, high, ...more] = text.split('..').map(numberOf);
  if (low === undefined || high === undefined || more.length > 0 || !(low < high))
    throw new Error('a range is written low..high');
  return [low, high];
}
