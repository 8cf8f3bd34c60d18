/**
 * `credence import`: experiments of another history; evaluation series of other programs; or config files of the paper's
 * authors, opened as ours, with the fate of every key.
 */
import path from 'node:path';
import { keysOf, type AuthorsFate, type AuthorsKey, type AuthorsReport } from '#shared/authors.ts';
import { BUNDLE_ENDING, type MovedExperiment } from '#shared/bundles.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { importedYaml, importFile, importFolder, isFolder, type ImportedFile } from '../../authors/files.ts';
import { readBundle } from '../../bundle/bundle.ts';
import { isPacked } from '../../bundle/packed.ts';
import { holdsFile, writeWhole } from '../../files.ts';
import { seriesFile, seriesInFolder } from '../../imports/series-files.ts';
import { EXIT } from '../exit.ts';
import { visible } from '#shared/plain-text.ts';
import { openForCommand } from '../history-option.ts';
import { bold, dim, note, print, printJson, table, yellow } from '../output.ts';
import { importSeriesCommand, type SeriesImportOptions } from './import-series.ts';

interface ImportOptions extends SeriesImportOptions {
  out?: string;
  force?: boolean;
}

/** @returns the exit code: 2 where a file does not open */
export async function importCommand(source: string, options: ImportOptions): Promise<number> {
  if (isPacked(source) || path.extname(source).toLowerCase() === BUNDLE_ENDING)
    return takeOver(source, options);
  if (options.out === '') throw new UserError('import.out', '--out: "" is empty; give a file name');
  if (await holdsSeries(source)) return importSeriesCommand(source, options);
  return isFolder(source) ? openFolder(source, options) : openFile(source, options);
}

/** A folder of the authors' runs holds their config as well: the runs are what is asked for. */
async function holdsSeries(source: string): Promise<boolean> {
  if (isFolder(source)) return seriesInFolder(source).length > 0;
  return holdsFile(source) && (await seriesFile(source, source)).length > 0;
}

/** @throws UserError `bundle.*`; `import.missing` */
async function takeOver(source: string, { db, json }: ImportOptions): Promise<number> {
  if (!holdsFile(source))
    throw new UserError('import.missing', `${showValue(source)} is no file; check the path`);
  const history = openForCommand(db);
  try {
    const taken = await readBundle(history, source);
    if (json) printJson(taken);
    else printTaken(taken);
    return EXIT.ok;
  } finally {
    history.close();
  }
}

function printTaken(taken: readonly MovedExperiment[]): void {
  const words = { new: 'new', more: 'here already, runs came to it', known: 'here already, nothing came' };
  const rows = taken.map(({ id, name, outcome, runs }) => [
    String(id),
    visible(name),
    words[outcome],
    String(runs),
  ]);
  print(table(['id', 'name', '', 'runs'], rows, [0, 3]));
  for (const { id, left } of taken)
    for (const what of left) note(yellow(`note: experiment ${id}: left out: ${what}`));
}

function openFile(source: string, options: ImportOptions): number {
  const opened = importFile(source);
  const yaml = importedYaml(opened);
  const { out } = options;
  if (out !== undefined && yaml !== null) write([[out, yaml]], options);
  if (options.json) printJson({ ...opened.report, config: opened.config, yaml });
  else printReport(opened.report);
  if (yaml === null) {
    note(`credence: ${source}: ${opened.report.problem}`);
    return EXIT.usage;
  }
  if (out !== undefined) note(`wrote ${out}; look at it with "credence preview ${out}"`);
  else if (!options.json) print(dim('--out our.yaml writes the config'));
  return EXIT.ok;
}

function openFolder(folder: string, options: ImportOptions): number {
  const files = importFolder(folder);
  const { out } = options;
  if (out !== undefined) {
    const written = files.flatMap(({ file, opened }): [string, string][] => {
      const yaml = opened && importedYaml(opened);
      return yaml ? [[path.join(out, file), yaml]] : [];
    });
    write(written, options);
    note(`wrote ${written.length} configs into ${out}`);
  }
  if (options.json) printJson(files.map(folderRow));
  else printFolder(files);
  return EXIT.ok;
}

/** @throws UserError `import.exists` before anything is written */
function write(files: [file: string, text: string][], { force }: ImportOptions): void {
  const taken = files.find(([file]) => !force && holdsFile(file));
  if (taken)
    throw new UserError(
      'import.exists',
      `--out: ${showValue(taken[0])} is there already; choose another name, or replace it with --force`,
    );
  for (const [file, text] of files) writeWhole(file, text);
}

const HEADINGS: [AuthorsFate, string][] = [
  ['mapped', 'Mapped to our fields'],
  ['unsupported', 'Unsupported'],
  ['ignored', 'Ignored: without effect on results here'],
];

function printReport(report: AuthorsReport): void {
  print(`${bold(report.file)}: ${report.verdict}`);
  for (const [fate, heading] of HEADINGS) {
    const keys = keysOf(report, fate);
    if (keys.length === 0) continue;
    print(`\n${bold(`${heading} (${keys.length})`)}`);
    print(table(['key', 'value', '', ''], keys.map(keyRow)));
  }
  if (report.defaults.length > 0) {
    print(`\n${bold('Not in the file, so as the authors’ code has it')}`);
    print(table(['key', 'value', '', ''], report.defaults.map(keyRow)));
  }
  for (const remark of report.remarks) print(`\n${remark}`);
}

function keyRow({ key, value, to, note: why }: AuthorsKey): string[] {
  return [key, value, to.join(', '), why];
}

function folderRow({ file, opened, problem }: ImportedFile) {
  const report = opened?.report;
  const verdict = report?.verdict ?? 'not opened';
  const unsupported = report && problem === null ? keysOf(report, 'unsupported') : [];
  return { file, verdict, problem, unsupported };
}

function printFolder(files: readonly ImportedFile[]): void {
  const rows = files.map(folderRow);
  const why = ({ problem, unsupported }: (typeof rows)[number]) =>
    problem ?? [...new Set(unsupported.map(({ key }) => key.split('.').at(-1)))].join(', ');
  print(
    table(
      ['file', '', 'why'],
      rows.map((row) => [row.file, row.verdict, why(row)]),
    ),
  );
  const counts = ['opened', 'partly supported', 'not opened'].map(
    (verdict) => `${rows.filter((row) => row.verdict === verdict).length} ${verdict}`,
  );
  print(`\n${files.length} files: ${counts.join(', ')}`);
}
