/**
 * Values of a sweep as a person types them: `0.5, 0.75, 1`, `tve, vte`, `0.5..1 step 0.1`, `0..1 in 5`,
 * `32..256 x2`, `10..2 step -2`.
 */
import type { z } from 'zod';
import { showValue, UserError } from './errors.ts';

export type SweepValue = z.infer<ReturnType<typeof z.json>>;

/** The parts of a range that was typed; numbers by their ends. */
export interface TypedRange {
  from: number;
  to: number;
  step?: number;
  count?: number;
  scale?: 'linear' | 'log';
}

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
/** Two dots, or three, which some write. */
const DOTS = String.raw`(?:\.{2,3}|…)`;
const RANGE_START = new RegExp(String.raw`^\s*${NUMBER}\s*${DOTS}`);
const RANGE = new RegExp(
  String.raw`^(${NUMBER})\s*${DOTS}\s*(${NUMBER})(?:\s*(?:(step|by)\s*(${NUMBER})|([x×*])\s*(${NUMBER})|in\s+(\d+)(?:\s+values)?))?$`,
);

/** Whether a text begins as a range does: `1e-4..`. */
export function isRangeText(text: string): boolean {
  return RANGE_START.test(text);
}

/**
 * Reads what stands for the values of a field: a list, or a range.
 * @param field path of the field, for messages
 * @throws UserError `sweep.text` naming what was typed and the remedy
 */
export function readSweepText(field: string, text: string): SweepValue[] | TypedRange {
  const typed = text.trim();
  const fail = (what: string) =>
    new UserError(
      'sweep.text',
      `sweep.over.${field}: ${showValue(text)} ${what}; write values (0.5, 0.75, 1) or a range (0.5..1 step 0.1, 32..256 x2)`,
    );
  if (typed === '') throw fail('names no value');
  const range = RANGE.exec(typed);
  if (range) return readRange(range, fail);
  if (isRangeText(typed)) throw fail('begins as a range, but does not go on as one');
  const parts = splitTopLevel(typed);
  if (parts === null) throw fail('has a bracket or a quote without its partner');
  if (parts.includes('')) throw fail('has a comma without a value');
  return parts.map(readScalar);
}

function readRange(range: RegExpExecArray, fail: (what: string) => UserError): TypedRange {
  const [from, to] = [Number(range[1]), Number(range[2])];
  const [, , , , step, , factor, count] = range;
  if (step !== undefined) return { from, to, step: Number(step) };
  if (count !== undefined) {
    if (Number(count) < 2) throw fail('asks for fewer than two values');
    return { from, to, count: Number(count) };
  }
  if (factor === undefined) {
    if (Number.isInteger(from) && Number.isInteger(to)) return { from, to, step: to < from ? -1 : 1 };
    throw fail('needs a step');
  }
  return byFactor(from, to, Number(factor), fail);
}

/** `32..256 x2`, `1..0.01 x0.1` as a range of equal factors; the last value is the farthest that is within. */
function byFactor(from: number, to: number, factor: number, fail: (what: string) => UserError): TypedRange {
  if (factor <= 0 || factor === 1) throw fail('needs a factor above 1, or below 1 to go down');
  if (from <= 0 || to <= 0) throw fail('multiplies, which needs a first value above 0, and a last one');
  if (to === from || to > from !== factor > 1)
    throw fail(
      `ends where it begins or before, times ${factor}; give the smaller value first, or a factor that leads there`,
    );
  const steps = Math.floor(Math.log(to / from) / Math.log(factor) + 1e-9);
  if (steps < 1) throw fail('holds one value only');
  return { from, to: from * factor ** steps, count: steps + 1, scale: 'log' };
}

/** Parts between the commas that stand in no bracket and no quotes; null where those are not closed. */
function splitTopLevel(text: string): string[] | null {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (quoted && letter === '\\') parts[parts.length - 1] += letter + (text[++i] ?? '');
    else if (letter === ',' && depth === 0 && !quoted) parts.push('');
    else {
      if (letter === '"') quoted = !quoted;
      else if (!quoted && '[{'.includes(letter)) depth++;
      else if (!quoted && ']}'.includes(letter)) depth--;
      parts[parts.length - 1] += letter;
    }
    if (depth < 0) return null;
  }
  return depth === 0 && !quoted ? parts.map((part) => part.trim()) : null;
}

/** A number, true, false, null, a quoted text, a list or a mapping as JSON; anything else is the text it is. */
function readScalar(text: string): SweepValue {
  if (new RegExp(`^${NUMBER}$`).test(text)) return Number(text);
  try {
    return JSON.parse(text) as SweepValue;
  } catch {
    return text;
  }
}

/** Values as they are typed: what `readSweepText` reads back to the same values. */
export function sweepText(values: readonly SweepValue[] | string | TypedRange): string {
  if (typeof values === 'string') return values;
  if (!isList(values)) return rangeText(values);
  return values.map(scalarText).join(', ');
}

function isList(values: readonly SweepValue[] | TypedRange): values is readonly SweepValue[] {
  return Array.isArray(values);
}

function rangeText({ from, to, step, count, scale }: TypedRange): string {
  if (scale === 'log' && count !== undefined) {
    const factor = Number(((to / from) ** (1 / (count - 1))).toPrecision(12));
    return `${from}..${to} x${factor}`;
  }
  return step === undefined ? `${from}..${to} in ${count}` : `${from}..${to} step ${step}`;
}

function scalarText(value: SweepValue): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const plain = value !== '' && value === value.trim() && !/[,"[\]{}]|\.\./.test(value);
  return plain && readScalar(value) === value ? value : JSON.stringify(value);
}
