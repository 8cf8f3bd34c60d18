/** The files that `credence compare` writes. */
import type { ComparisonTable } from '#shared/api/system.ts';
import { UserError } from '#shared/errors.ts';
import { plansOf, toPlan } from '../experiments/plans.ts';
import { writeWhole } from '../files.ts';
import type { ComparisonInput } from '../report/comparison/input.ts';
import { comparisonHtml } from '../report/comparison/report.ts';
import { comparisonText, type TableFormat } from '../report/comparison/table-text.ts';
import { printPdf } from '../report/pdf.ts';
import { note } from './output.ts';

export interface ComparisonFiles {
  report?: string;
  pdf?: string;
  csv?: string;
  markdown?: string;
  latex?: string;
  /** Which tables; of CSV, one. */
  table?: ComparisonTable;
}

/** Refuses file names that are none, before anything is worked out. @throws UserError `compare.file` */
export function checkFiles(options: ComparisonFiles): void {
  for (const name of ['report', 'pdf', 'csv', 'markdown', 'latex'] as const)
    if (options[name]?.trim() === '')
      throw new UserError('compare.file', `--${name}: "" is no file name; name a file to write`);
}

/** Writes what was asked for. @throws UserError `file.write`, `report.no-browser`, `report.print` */
export async function writeComparison(input: ComparisonInput, options: ComparisonFiles): Promise<string[]> {
  const written: string[] = [];
  const write = (file: string | undefined, content: () => string | Buffer) => {
    if (file === undefined) return;
    writeWhole(file, content());
    written.push(file);
  };
  const text = (format: TableFormat) => () => comparisonText(input, format, options.table);
  const html = () => comparisonHtml(input, plansOf(toPlan(input, input)));
  write(options.report, html);
  write(options.csv, text('csv'));
  write(options.markdown, text('markdown'));
  write(options.latex, text('latex'));
  if (options.pdf !== undefined) {
    const pdf = await printPdf(html());
    write(options.pdf, () => pdf);
  }
  for (const file of written) note(`wrote ${file}`);
  return written;
}
