/** Answers as text for other programs, piece by piece. */
import { stringify } from 'csv-stringify/sync';
import type { AnswerFilter, AnswerRow } from '#shared/api/answers.ts';
import { safeCell } from '#shared/plain-text.ts';
import type { Book } from './book.ts';
import { eachRow } from './rows.ts';

const COLUMNS = [
  ...[
    'experiment',
    'run',
    'seed',
    'run_label',
    'stage',
    'epoch',
    'subset',
    'test',
    'alias',
    'tag',
    'defines',
  ],
  ...[
    'entity',
    'attribute',
    'question',
    'golds',
    'said',
    'answer',
    'right',
    'f1',
    'loss',
    'gold_probability',
  ],
  'squared_error',
];

/** Rows that are written at once. */
const CHUNK = 500;

export interface ExportOptions {
  format: 'csv' | 'json';
  /** Every evaluation that was kept, not the ends of stages alone. */
  every: boolean;
}

/**
 * All rows that a filter means. CSV: one line per question, run and evaluation. JSON: an array with an object per
 * question and run.
 * @throws UserError as `findRows`, before the first piece
 */
export function* answersText(
  book: Book,
  filter: AnswerFilter,
  { format, every }: ExportOptions,
): Generator<string> {
  const rows = eachRow(book, filter, { every });
  yield* format === 'csv' ? csvPieces(rows) : jsonPieces(rows);
}

function* csvPieces(rows: Iterable<AnswerRow>): Generator<string> {
  let lines: object[] = [];
  let header = true;
  const take = () => {
    const text = stringify(lines, { header, columns: COLUMNS });
    [lines, header] = [[], false];
    return text;
  };
  for (const row of rows) {
    lines.push(...linesOf(row));
    if (lines.length >= CHUNK) yield take();
  }
  if (header || lines.length > 0) yield take();
}

function linesOf(row: AnswerRow): object[] {
  const texts = {
    alias: cell(row.alias),
    tag: cell(row.tag),
    defines: cell(row.defines),
    entity: safeCell(row.entity),
    attribute: safeCell(row.attribute),
    question: safeCell(row.text),
    golds: safeCell(row.golds.join('; ')),
    said: cell(row.said?.join('; ') ?? null),
  };
  const { experiment, run, seed, label: run_label, subset, test } = row;
  return row.given.map(({ stage, epoch, answer, right, loss, probability, f1, error }) => ({
    ...{ experiment, run, seed, run_label, stage, epoch, subset, test, ...texts },
    // A number keeps its sign: it is no formula.
    answer: error === null ? safeCell(answer) : answer,
    right: right === null ? '' : Number(right),
    ...{ f1, loss, gold_probability: probability, squared_error: error },
  }));
}

const cell = (text: string | null) => (text === null ? '' : safeCell(text));

function* jsonPieces(rows: Iterable<AnswerRow>): Generator<string> {
  let [text, first] = ['[', true];
  for (const row of rows) {
    text += `${first ? '' : ','}\n${JSON.stringify(row)}`;
    first = false;
    if (text.length >= CHUNK * 100) {
      yield text;
      text = '';
    }
  }
  yield `${text}${first ? '' : '\n'}]\n`;
}
