/** A look at a table: its first rows and what would be used of it. */
import { loadCsv } from '#lab/datasets/csv.ts';
import { chooseColumns } from '#lab/datasets/csv-columns.ts';
import { openTable } from '#lab/datasets/csv-file.ts';
import type { CsvInspection } from '#shared/api/design.ts';
import type { CsvConfig } from '#shared/config.ts';
import { toFieldError, UserError } from '#shared/errors.ts';

/**
 * Reads a table as configured: its first rows even where it cannot be used, and then why.
 * @throws UserError `dataset.*` where there is nothing to show
 */
export async function inspectTable(
  { config, rows }: { config: CsvConfig; rows: number },
  progress: (share: number) => void,
): Promise<CsvInspection> {
  const table = await openTable(config);
  const width = Math.max(...table.sample.map((row) => row.length));
  const base: CsvInspection = {
    path: config.path,
    delimiter: table.delimiter,
    encoding: table.encoding === 'utf8' ? 'utf-8' : 'latin1',
    header: false,
    columns: Array.from({ length: width }, (_, i) => `column${i + 1}`),
    rows: table.sample.slice(0, rows),
    entity: null,
    attributes: [],
    report: null,
    problem: null,
  };
  try {
    const columns = chooseColumns(config, table);
    base.header = columns.headerRows === 1;
    base.columns = columns.names;
    base.rows = table.sample.slice(columns.headerRows, columns.headerRows + rows);
    base.entity = columns.names[columns.entity];
    base.attributes = columns.facts.map(({ name, question }) => ({ name, question }));
    base.report = (await loadCsv(config, 0, { progress })).report;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    base.problem = toFieldError(error);
  }
  return base;
}
