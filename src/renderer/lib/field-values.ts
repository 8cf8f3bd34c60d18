/** Values of config fields as texts that a person types, and back. */
import type { Bound, ConfigField } from '#shared/config-fields.ts';
import { valueText } from '#shared/field-names.ts';
import { readTypedNumber } from './typed-number.ts';

type Accepts = Pick<ConfigField, 'accepts'>;

/** The values that a field offers; null where it is free. */
export function choicesOf({ accepts }: Accepts): string[] | null {
  return accepts.startsWith('list') ? null : quoted(accepts);
}

/** The values that a list may hold; null where they are free. */
export function itemsOf({ accepts }: Accepts): string[] | null {
  return accepts.startsWith('list') ? quoted(accepts) : null;
}

function quoted(accepts: string): string[] | null {
  return accepts.match(/"(?:[^"\\]|\\.)*"/g)?.map((text) => JSON.parse(text) as string) ?? null;
}

export function isBoolean({ accepts }: Accepts): boolean {
  return accepts.startsWith('true');
}

export function isNumeric({ accepts }: Accepts): boolean {
  return /^(whole )?number/.test(accepts);
}

export function isNullable({ accepts }: Accepts): boolean {
  return accepts.endsWith('or null');
}

export function isTextList({ accepts }: Accepts): boolean {
  return accepts.startsWith('list of text');
}

export function isMapping({ accepts }: Accepts): boolean {
  return accepts.startsWith('mapping');
}

/** Longer lists of numbers are written out by nobody, and mistyped by some. */
const MOST_IN_TURN = 1000;

function isNumberList({ accepts }: Accepts): boolean {
  return /^list of (whole )?number/.test(accepts);
}

/** What was typed, as the value of a field. What is no number (yet: "1e-" on its way to 1e-3) stays as typed. */
export function readValue(field: ConfigField, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '' && isNullable(field)) return null;
  // Seeds have notations of their own, which the schema reads.
  if (isNumberList(field) && !field.path.startsWith('seeds')) return readNumbers(trimmed) ?? text;
  return (isNumeric(field) ? readTypedNumber(trimmed) : null) ?? text;
}

function readNumbers(text: string): number[] | null {
  const numbers = text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .flatMap((part) => readRange(part) ?? [readTypedNumber(part)]);
  return numbers.length > 0 && numbers.every((number) => number !== null) ? numbers : null;
}

/** `1..4`, which is how numbers in turn are written. */
function readRange(part: string): number[] | null {
  const [, first, last] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(part)?.map(Number) ?? [];
  if (first === undefined || last === undefined || last < first || last - first >= MOST_IN_TURN) return null;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** A value as it would be typed. */
export function typedText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (!Array.isArray(value)) return String(value as string | number);
  const [first] = value as unknown[];
  const inTurn =
    value.length > 2 && value.every((each, i) => typeof each === 'number' && each === Number(first) + i);
  return inTurn ? `${first}..${value.at(-1)}` : value.join(', ');
}

/** What a field takes and what stands in for nothing, in one line. */
export function acceptedText(field: ConfigField): string {
  const words = field.accepts.replace(/ or null$/, '');
  const told = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return [told, rangeText(field), isNullable(field) && 'or empty', defaultText(field)]
    .filter(Boolean)
    .join(', ')
    .replace(/$/, '.');
}

/** `from 1 to 65,536`; empty where a number has no bounds. */
export function rangeText({ min, max }: Pick<ConfigField, 'min' | 'max'>): string {
  const low = min && `${min.exclusive ? 'above' : 'from'} ${boundText(min)}`;
  const high =
    max && `${max.exclusive ? 'below' : min && !min.exclusive ? 'to' : 'at most'} ${boundText(max)}`;
  return [low, high].filter(Boolean).join(' ');
}

const boundText = ({ value }: Bound) => value.toLocaleString('en', { maximumSignificantDigits: 12 });

function defaultText({ default: fallback }: ConfigField): string {
  return fallback === undefined || fallback === null ? '' : `default ${shortText(fallback)}`;
}

/** A default in few words: `empty` for null. */
export function shortText(value: unknown): string {
  if (value === null) return 'empty';
  const text = Array.isArray(value) ? typedText(value) : valueText(value);
  if (text === '' || text === '{}') return 'empty';
  return text.length > 44 ? `${text.slice(0, 43)}…` : text;
}

/** Whether a value is the default of its field; true where there is no default to go back to. */
export function isDefault(field: ConfigField | undefined, value: unknown): boolean {
  if (!field || field.default === undefined) return true;
  return JSON.stringify(value) === JSON.stringify(field.default);
}
