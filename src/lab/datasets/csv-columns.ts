/** Which columns a table has, which name the entity and the facts, and how they are asked about. */
import { closest } from 'fastest-levenshtein';
import type { CsvConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { plural } from '#shared/counting.ts';
import { sameQuestion } from '#shared/config/templates.ts';
import type { TableReport } from '#shared/records.ts';
import { cleanText } from './clean-text.ts';
import { delimiterName } from '#shared/table-report.ts';
import { LOST } from './csv-encoding.ts';
import type { TextTable } from './csv-file.ts';
import { judgeHeader } from './csv-header.ts';
import { usualWidth, type Remark } from './csv-preamble.ts';
import { pathField } from './source-file.ts';

/** A fact column and the question about it. */
interface FactColumn {
  index: number;
  name: string;
  question: string;
}

export interface TableColumns {
  /** Names of all columns, in order. */
  names: string[];
  header: TableReport['header'];
  /** The cells of the header; null without one. */
  headerCells: readonly string[] | null;
  entity: number;
  facts: FactColumn[];
  /** What was done to fit header and rows. */
  remarks: Remark[];
}

/**
 * Finds the header, the entity column and the fact columns with their questions.
 * @throws UserError `dataset.one-column`, `dataset.duplicate-column`, `dataset.unknown-column`,
 *   `dataset.attributes`, `dataset.question`, `dataset.same-question`, `dataset.encoding`
 */
export function chooseColumns(config: CsvConfig, table: TextTable): TableColumns {
  const rows = table.sample.map(({ cells }) => cells);
  checkWidth(table, usualWidth(rows));
  const header = judgeHeader(config, rows);
  const { names, unnamed, remarks } = nameColumns(table, header.value);
  checkDistinct(names, table);
  const entity = config.entity === null ? 0 : findColumn('dataset.entity', config.entity, names);
  const indices = factIndices(config, names, entity, unnamed);
  checkQuestions(config, names, indices);
  const facts = indices.map((index) => {
    const name = names[index];
    return { index, name, question: questionFor(config, name) };
  });
  checkSameQuestions(facts, table);
  return { names, header, headerCells: header.value ? rows[0] : null, entity, facts, remarks };
}

/**
 * Names of the columns. A header may end in a delimiter, or have one cell less than the rows, whose first cell R
 * leaves without a name.
 * @returns beside them the columns without name and cells, which are not asked about
 */
function nameColumns(
  { sample }: TextTable,
  header: boolean,
): { names: string[]; unnamed: number[]; remarks: Remark[] } {
  const [{ cells: first, line }, ...rest] = sample;
  const rows = rest.map(({ cells }) => cells);
  if (!header) return { names: first.map((_, i) => `column${i + 1}`), unnamed: [], remarks: [] };
  const remarks: Remark[] = [];
  const remark = (text: string) => void remarks.push({ text, count: 1, line });
  let heads = first.map(cleanText);
  const width = usualWidth(rows);
  if (
    rows.length > 0 &&
    heads.length === width - 1 &&
    heads.at(-1) !== '' &&
    rows.some((row) => row.length === width && row[width - 1].trim() !== '')
  ) {
    heads = ['', ...heads];
    remark(
      'header has a cell less than the rows: their first cell is taken for the one without a name, as R writes it',
    );
  }
  if (rows.length > 0 && heads.length > width && heads.slice(width).every((head) => head === '')) {
    heads = heads.slice(0, width);
    remark('header ends in delimiters that the rows do not have: ignored');
  }
  const empty = (i: number) => heads[i] === '' && rows.every((row) => (row[i] ?? '').trim() === '');
  const unnamed = [...heads.keys()].filter((i) => rows.length > 0 && empty(i));
  if (unnamed.length > 0) remark('column without a name and without cells: not asked about');
  // R and pandas leave the first column without a name.
  const called = [...heads.keys()].filter((i) => i > 0 && heads[i] === '' && !unnamed.includes(i));
  if (called.length > 0)
    remark(`column without a name: called ${called.map((i) => `column${i + 1}`).join(', ')} by its place`);
  return { names: heads.map((head, i) => head || `column${i + 1}`), unnamed, remarks };
}

function checkWidth({ path, delimiter, sample: [{ cells, line }] }: TextTable, usual: number): void {
  const { length } = cells;
  if (length >= 3) return;
  if (usual >= 3 && length < usual - 1)
    throw new UserError(
      'dataset.one-column',
      `${pathField(path)} has ${plural(length, 'cell')} in its first row (line ${line}: ${showValue(cells[0])}), where most have ${usual}; remove what stands above the table`,
    );
  if (usual >= 3) return;
  throw new UserError(
    'dataset.one-column',
    `${pathField(path)} has ${length} column${length > 1 ? 's' : ''} when split at the ${delimiterName(delimiter.value)} ` +
      `${showValue(delimiter.value)}, and needs an entity and two attributes; set dataset.delimiter or add columns`,
  );
}

function checkDistinct(names: string[], { path }: TextTable): void {
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined)
    throw new UserError(
      'dataset.duplicate-column',
      `${pathField(path)} has two columns called ${showValue(repeated)}; rename one, or set dataset.header to no`,
    );
}

/** Two columns asked about in the same words would give one question two answers. */
function checkSameQuestions(facts: readonly FactColumn[], { path }: TextTable): void {
  const asked = new Map<string, FactColumn>();
  for (const fact of facts) {
    const other = asked.get(sameQuestion(fact.question));
    if (other)
      throw new UserError(
        'dataset.same-question',
        `dataset.questions: ${showValue(fact.question)} would ask about the columns ${showValue(other.name)} and ${showValue(fact.name)} alike; word one of them differently in dataset.questions, or leave one out of dataset.attributes`,
      );
    asked.set(sameQuestion(fact.question), fact);
    if (fact.name.includes(LOST))
      throw new UserError(
        'dataset.encoding',
        `${pathField(path)} has bytes in the name of the column ${showValue(fact.name)} that cannot be read; mend them, or set dataset.encoding`,
      );
  }
}

function findColumn(field: string, name: string, names: string[]): number {
  const index = names.indexOf(cleanText(name));
  if (index >= 0) return index;
  throw new UserError(
    'dataset.unknown-column',
    `${field}: ${showValue(name)} is not a column; did you mean ${showValue(closest(name, names))}? ` +
      `Columns: ${showValue(names.join(', '), 300)}`,
  );
}

function factIndices(
  config: CsvConfig,
  names: string[],
  entity: number,
  unnamed: readonly number[],
): number[] {
  if (config.attributes === null)
    return [...names.keys()].filter((i) => i !== entity && !unnamed.includes(i));
  const indices = config.attributes.map((name) => findColumn('dataset.attributes', name, names));
  const wrong = indices.find((index, i) => index === entity || indices.indexOf(index) < i);
  if (wrong !== undefined)
    throw new UserError(
      'dataset.attributes',
      `dataset.attributes: ${showValue(names[wrong])} ${wrong === entity ? 'is the entity column' : 'is listed twice'}; remove it`,
    );
  return indices;
}

function checkQuestions({ questions }: CsvConfig, names: string[], indices: number[]): void {
  for (const [column, template] of Object.entries(questions)) {
    const field = `dataset.questions.${column}`;
    if (!indices.includes(findColumn(field, column, names)))
      throw new UserError(
        'dataset.question',
        `${field}: ${showValue(template)} asks about a column that is no attribute; add it to dataset.attributes or remove the question`,
      );
    if (!template.includes('{entity}'))
      throw new UserError(
        'dataset.question',
        `${field}: ${showValue(template)} does not say {entity}; put it where the name goes`,
      );
  }
}

function questionFor({ questions }: CsvConfig, name: string): string {
  const given = Object.entries(questions).find(([column]) => cleanText(column) === name);
  return given ? cleanText(given[1]) : `What is the ${name.replace(/[_\s]+/g, ' ').trim()} of {entity}?`;
}
