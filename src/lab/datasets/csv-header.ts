/** Whether the first row of a table names its columns, and what tells. A header lost would become an entity. */
import type { CsvConfig } from '#shared/config.ts';
import type { TableReport } from '#shared/records.ts';
import { showValue } from '#shared/errors.ts';
import { CERTAIN_MARKERS, isLikelyMarker } from '#shared/unknown-markers.ts';
import { cleanText } from './clean-text.ts';

type Header = TableReport['header'];

/** Names that the first cell of a header often has. */
const ENTITY_HEADER = /^(name|names|entity|entities|id|subject|title|label|person|country|item|rownames)$/i;
/** Numbers, sums of money, shares, dates and times: digits with what goes with them. */
const NUMBER = /^[-+−(<>~$€£¥]*(?:\d[\d\s.,'’:/+\-TZeE]*|\.\d+(?:[eE][-+]?\d+)?)[)%]?$/u;
const DATE = /^\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?$/;
/** Of a column, as many of its cells as this make it one of numbers. */
const MOST = 0.9;

interface Column {
  head: string;
  /** The cells below it that say something. */
  below: string[];
  numeric: boolean;
}

/**
 * Judges the first row. Only what is clearly data is taken for data: where nothing tells, it is a header.
 * @param rows the first rows of the table
 */
export function judgeHeader(config: CsvConfig, rows: readonly (readonly string[])[]): Header {
  if (config.header !== 'auto')
    return { value: config.header === 'yes', why: 'set in dataset.header', assumed: false };
  return namedColumns(config) ?? judgeRows(rows);
}

/** As `judgeHeader`, from the rows alone. */
export function judgeRows([first, ...rest]: readonly (readonly string[])[]): Header {
  const columns = first.map((cell, i) => columnOf(cell, rest, i));
  return (
    words(columns) ??
    gaps(columns) ??
    counted(columns) ??
    numbers(columns) ??
    repeats(columns, first, rest) ??
    UNCLEAR
  );
}

const UNCLEAR: Header = {
  value: true,
  why: 'nothing tells it from the rows below; set dataset.header to no if it is one of them',
  assumed: true,
};
const yes = (why: string): Header => ({ value: true, why, assumed: false });
const no = (why: string): Header => ({ value: false, why, assumed: false });

function columnOf(cell: string, rows: readonly (readonly string[])[], i: number): Column {
  const below = rows.map((row) => cleanText(row[i] ?? '')).filter(says);
  const numeric = below.filter((text) => NUMBER.test(text)).length;
  return { head: cleanText(cell), below, numeric: below.length > 0 && numeric >= MOST * below.length };
}

const says = (text: string) => text !== '' && !CERTAIN_MARKERS.includes(text) && !isLikelyMarker(text);

/** A config that names columns other than column1, column2, … expects a header. */
function namedColumns(config: CsvConfig): Header | null {
  const named = [config.entity, ...(config.attributes ?? []), ...Object.keys(config.questions)];
  const names = named.filter((name) => name !== null);
  if (names.length === 0) return null;
  const plain = names.every((name) => /^column\d+$/.test(name));
  return plain
    ? no(`the config calls a column ${showValue(names[0])}, as those of a table without a header are called`)
    : yes(`the config names the column ${showValue(names.find((name) => !/^column\d+$/.test(name)))}`);
}

/** A usual name for the first column, none at all (R, pandas) over named rows, or words over numbers. */
function words(columns: readonly Column[]): Header | null {
  if (ENTITY_HEADER.test(columns[0].head))
    return yes(`${showValue(columns[0].head)} is a usual name of a column`);
  const [{ head, below }, ...others] = columns;
  if (head === '' && below.length > 0 && others.every((column) => column.head !== ''))
    return yes('its first cell alone is empty, as R and pandas leave it');
  const over = columns.find(({ head, numeric }) => numeric && says(head) && !NUMBER.test(head));
  return over ? yes(`${showValue(over.head)} stands over a column of numbers`) : null;
}

/** A number that is missing in the first row is data. */
function gaps(columns: readonly Column[]): Header | null {
  const gap = columns.slice(1).find(({ head, numeric }) => numeric && CERTAIN_MARKERS.includes(head));
  return gap ? no(`${showValue(gap.head)} stands for a missing number of its column`) : null;
}

/** 0, 1, 2, … or 1, 2, 3, … over columns that are not all numbers: programs number columns that have no name. */
function counted(columns: readonly Column[]): Header | null {
  const begin = Number(columns[0].head);
  const inTurn = (begin === 0 || begin === 1) && columns.every(({ head }, i) => head === String(begin + i));
  if (!inTurn || columns.length < 3 || columns.every(({ numeric }) => numeric)) return null;
  return {
    value: true,
    why: 'its cells count the columns; set dataset.header to no if they are cells',
    assumed: true,
  };
}

/** Numbers over numbers are data, unless they look like names of columns: years, dates, 1, 2, 3. */
function numbers(columns: readonly Column[]): Header | null {
  const heads = columns.filter(({ head, numeric }) => numeric && NUMBER.test(head));
  if (heads.length === 0) return null;
  const shown = heads
    .slice(0, 3)
    .map(({ head }) => showValue(head))
    .join(', ');
  if (heads.every(isDateLabel)) return yes(`dates (${shown}) stand over columns of other numbers`);
  if (areLabels(heads))
    return {
      value: true,
      why: `${shown} look like names of columns; set dataset.header to no if they are cells`,
      assumed: true,
    };
  return no(`${shown} ${heads.length === 1 ? 'is a number like those' : 'are numbers like those'} below`);
}

function isDateLabel({ head, below }: Column): boolean {
  return DATE.test(head) && below.filter((text) => DATE.test(text)).length < below.length / 2;
}

/** pandas writes years of a column with gaps as 1990.0. */
const isYear = (text: string) => /^(1[0-9]|20)\d\d(?:\.0)?$/.test(text);

/** A whole number, with the sign of a share or of money, or a time of day in minutes; NaN for anything else. */
function labelValue(text: string): number {
  const time = /^(\d{1,2}):(\d\d)$/.exec(text);
  if (time) return Number(time[1]) * 60 + Number(time[2]);
  const number = /^[$€£¥]?([-−]?\d+)(?:\.0)?%?$/.exec(text);
  return number ? Number(number[1].replace('−', '-')) : NaN;
}

const SIGN = /[%$€£¥:]/;

/** `10%` over plain numbers. */
function isSignedAlone({ head, below }: Column): boolean {
  return SIGN.test(head) && !below.some((text) => SIGN.test(text));
}

/** Whole numbers that grow from column to column, and that are not cells of their columns just as well. */
function areLabels(heads: readonly Column[]): boolean {
  const values = heads.map(({ head }) => labelValue(head));
  const growing = values.every((value, i) => !Number.isNaN(value) && (i === 0 || value > values[i - 1]));
  const falling = values.every((value, i) => !Number.isNaN(value) && (i === 0 || value < values[i - 1]));
  if (!growing && !falling) return false;
  const years = heads.every(({ head }) => isYear(head));
  if (years) return !heads.every(({ below }) => below.every(isYear));
  return (heads.length >= 3 && !fitTheirColumns(heads, values)) || heads.every(isSignedAlone);
}

/** Each number lies among those below it, and some would not among those below another. */
function fitTheirColumns(heads: readonly Column[], values: readonly number[]): boolean {
  const ranges = heads.map(({ below }) => {
    const numbers = below.map((text) => Number(text) || labelValue(text)).filter(Number.isFinite);
    return [Math.min(...numbers), Math.max(...numbers)];
  });
  const within = (value: number, [low, high]: number[]) => value >= low && value <= high;
  if (!values.every((value, i) => within(value, ranges[i]))) return false;
  return values.some((value) => ranges.some((range) => !within(value, range)));
}

/** A cell that its column has again is data; a whole row that comes again is a header of files put together. */
function repeats(
  columns: readonly Column[],
  first: readonly string[],
  rest: readonly (readonly string[])[],
): Header | null {
  if (
    first.length > 1 &&
    rest.some((row) => row.length === first.length && row.every((cell, i) => cell === first[i]))
  )
    return {
      ...UNCLEAR,
      why: 'the same row comes again further down, as a header does where files were put together',
    };
  const again = columns.find(({ head, below }) => says(head) && below.includes(head));
  return again ? no(`${showValue(again.head)} comes again below it`) : null;
}
