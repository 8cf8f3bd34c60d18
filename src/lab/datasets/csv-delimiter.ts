/** Which character stands between the cells of a table, and what tells. */
import { plural } from '#shared/counting.ts';
import type { TableFile } from './csv-encoding.ts';
import { sampleRows, usualWidth, type Preamble } from './csv-preamble.ts';

const DELIMITERS = [',', '\t', ';', '|'];

/** The delimiter that gives most rows the same number of cells; more cells break a tie. */
export function chooseDelimiter(
  config: TableFile,
  { separator, below }: Preamble,
  whole: boolean,
): { delimiter: string; why: string } {
  if (config.delimiter !== 'auto') return { delimiter: config.delimiter, why: 'set in dataset.delimiter' };
  if (separator !== null) return { delimiter: separator, why: `the first line says sep=${separator}` };
  const best = DELIMITERS.map((delimiter) => score(below, delimiter, whole)).reduce((one, other) =>
    other.score > one.score || (other.score === one.score && isBetter(other, one, below)) ? other : one,
  );
  const { delimiter, agreeing, rows, width } = best;
  const share =
    agreeing === rows
      ? `all of the first ${plural(rows, 'row')}`
      : `${agreeing} of the first ${plural(rows, 'row')}`;
  return {
    delimiter,
    why: `${rows === 1 ? 'the only row has' : `${share} have`} ${plural(width, 'cell')} with it`,
  };
}

interface Scored {
  delimiter: string;
  rows: number;
  /** Cells that most rows have, and how many have as many. */
  width: number;
  agreeing: number;
  /** Share of those rows; 0 where nothing is split. */
  score: number;
}

function score(text: string, delimiter: string, whole: boolean): Scored {
  const rows = sampleRows(text, delimiter, 0, whole).map(({ cells }) => cells);
  const width = usualWidth(rows);
  const agreeing = rows.filter(({ length }) => length === width).length;
  return {
    delimiter,
    rows: rows.length,
    width,
    agreeing,
    score: width > 1 ? agreeing / Math.max(1, rows.length) : 0,
  };
}

/** Of two that split as evenly: the one with more cells, and never a comma that stands in numbers only. */
function isBetter(other: Scored, one: Scored, text: string): boolean {
  if (one.delimiter === ',' && other.score > 0 && /\d,\d/.test(text) && !/[^\d],|,[^\d]/.test(text))
    return true;
  return other.score > 0 && other.width > one.width;
}
