/** Which columns a table has, which name the entity and the facts, and how they are asked about. */
import { closest } from 'fastest-levenshtein';
import type { CsvConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { TextTable } from './csv-file.ts';

/** A fact column and the question about it. */
interface FactColumn {
  index: number;
  name: string;
  question: string;
}

export interface TableColumns {
  /** Names of all columns, in order. */
  names: string[];
  /** Rows to skip at the top: 1 with a header, else 0. */
  headerRows: 0 | 1;
  entity: number;
  facts: FactColumn[];
}

/** White space of any kind, line breaks included, becomes one space; accents are composed. */
export function cleanText(text: string): string {
  return text.replace(/\s+/g, ' ').trim().normalize('NFC');
}

/**
 * Finds the header, the entity column and the fact columns with their questions.
 * @throws UserError `dataset.header` if `auto` cannot tell, `dataset.one-column`, `dataset.duplicate-column`,
 *   `dataset.unknown-column`, `dataset.attributes`, `dataset.question`
 */
export function chooseColumns(config: CsvConfig, table: TextTable): TableColumns {
  checkWidth(table);
  const headerRows = hasHeader(config, table) ? 1 : 0;
  const names = columnNames(table.sample[0], headerRows);
  checkDistinct(names, table);
  const entity = config.entity === null ? 0 : findColumn('dataset.entity', config.entity, names);
  const indices = factIndices(config, names, entity);
  checkQuestions(config, names, indices);
  const facts = indices.map((index) => {
    const name = names[index];
    return { index, name, question: questionFor(config, name) };
  });
  return { names, headerRows, entity, facts };
}

function columnNames(first: readonly string[], headerRows: number): string[] {
  return first.map((cell, i) => (headerRows && cleanText(cell)) || `column${i + 1}`);
}

function checkWidth({ path, delimiter, sample: [{ length }] }: TextTable): void {
  if (length >= 3) return;
  throw new UserError(
    'dataset.one-column',
    `dataset.path: ${showValue(path, 200)} has ${length} column${length > 1 ? 's' : ''} when split at ` +
      `${showValue(delimiter)}, and needs an entity and two attributes; set dataset.delimiter or add columns`,
  );
}

function checkDistinct(names: string[], { path }: TextTable): void {
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined)
    throw new UserError(
      'dataset.duplicate-column',
      `dataset.path: ${showValue(path, 200)} has two columns called ${showValue(repeated)}; rename one, or set dataset.header to no`,
    );
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

function factIndices(config: CsvConfig, names: string[], entity: number): number[] {
  if (config.attributes === null) return names.map((_, i) => i).filter((i) => i !== entity);
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

/** Names that the first cell of a header often has. */
const ENTITY_HEADER = /^(name|names|entity|entities|id|subject|title|label|person|country|item)$/i;
const NUMBER = /^[+-]?\d+([.,]\d+)*$/;

/** Whether the first row names the columns. */
function hasHeader(config: CsvConfig, table: TextTable): boolean {
  if (config.header !== 'auto') return config.header === 'yes';
  const told = namedColumnsTell(config) ?? firstRowTells(table.sample) ?? columnsTell(table.sample);
  if (told !== null) return told;
  throw new UserError(
    'dataset.header',
    `dataset.header: "auto" cannot tell whether the first row (${showValue(table.sample[0].join(', '))}) names the columns; set it to yes or no`,
  );
}

/** A config that names columns other than column1, column2, … expects a header. */
function namedColumnsTell(config: CsvConfig): boolean | null {
  const named = [config.entity, ...(config.attributes ?? []), ...Object.keys(config.questions)];
  const names = named.filter((name) => name !== null);
  return names.length === 0 ? null : !names.every((name) => /^column\d+$/.test(name));
}

/** A usual name for the first column means a header; a number, a repeat or a gap means data. */
function firstRowTells([first]: string[][]): boolean | null {
  const cells = first.map(cleanText);
  if (ENTITY_HEADER.test(cells[0])) return true;
  const data = cells.some(
    (cell, i) => NUMBER.test(cell) || cells.indexOf(cell) < i || (cell === '' && i > 0),
  );
  return data ? false : null;
}

/** A word over numbers means a header; so does one that its column, full of repeats, never has again. */
function columnsTell([first, ...rest]: string[][]): boolean | null {
  if (rest.length === 0) return null;
  const columns = first.map((cell, i) => ({
    cell: cleanText(cell),
    below: rest.map((row) => cleanText(row[i] ?? '')).filter((text) => text !== ''),
  }));
  const facts = columns.slice(1);
  if (facts.some(({ cell, below }) => below.includes(cell))) return false;
  if (facts.some(({ below }) => below.length > 0 && below.every((text) => NUMBER.test(text)))) return true;
  const repeats = facts.some(({ below }) => below.length >= 5 && new Set(below).size <= below.length / 2);
  return repeats ? true : null;
}
