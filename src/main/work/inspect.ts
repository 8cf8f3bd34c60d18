/** A look at a table: its first rows and what would be used of it. */
import { describeReading, loadCsv } from '#lab/datasets/csv.ts';
import { chooseColumns } from '#lab/datasets/csv-columns.ts';
import { openTable } from '#lab/datasets/csv-file.ts';
import type { CsvInspection } from '#shared/api/design.ts';
import type { CsvConfig } from '#shared/config.ts';
import { toFieldError, UserError } from '#shared/errors.ts';
import { openingLines, readingLines, reportLines } from '#shared/table-report.ts';

/**
 * Reads a table as configured: its first rows even where it cannot be used, and then why.
 * @throws UserError `dataset.*` where there is nothing to show
 */
export async function inspectTable(
  { config, rows }: { config: CsvConfig; rows: number },
  progress: (share: number) => void,
): Promise<CsvInspection> {
  const table = await openTable(config);
  const cells = table.sample.map((row) => row.cells);
  const width = Math.max(...cells.map((row) => row.length));
  const base: CsvInspection = {
    path: config.path,
    delimiter: table.delimiter.value,
    encoding: table.encoding.value,
    header: false,
    columns: Array.from({ length: width }, (_, i) => `column${i + 1}`),
    rows: cells.slice(0, rows),
    entity: null,
    attributes: [],
    reading: openingLines(table),
    report: null,
    problem: null,
  };
  try {
    const columns = chooseColumns(config, table);
    const headers = columns.header.value ? 1 : 0;
    base.header = columns.header.value;
    base.columns = columns.names;
    base.rows = cells.slice(headers, headers + rows);
    base.entity = columns.names[columns.entity];
    base.attributes = columns.facts.map(({ name, question }) => ({ name, question }));
    base.reading = readingLines(describeReading(table, columns));
    base.report = (await loadCsv(config, 0, { progress })).report;
    base.reading = reportLines(base.report);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    base.problem = toFieldError(error);
  }
  return base;
}
