/** `credence figure`: a figure for paper of saved experiments, with its numbers beside it. */
import path from 'node:path';
import { FIGURE_FORMATS, FIGURE_KINDS, type FigureAsked, type FigureFormat } from '#shared/api/figures.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { METRIC_TESTS } from '#shared/records.ts';
import { HEADLINE_CONTRASTS } from '#shared/stats/headline-contrasts.ts';
import { ROWS } from '#shared/table/rows.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import { figureOf } from '../../figures/figure.ts';
import { figureRemarks, renderFigure } from '../../figures/render.ts';
import { parseFont, parseWidth, USUAL_FONT } from '../../figures/size.ts';
import { writeWhole } from '../../files.ts';
import { tableOf } from '../../table/of-history.ts';
import { columnsIn } from './compare.ts';
import { openForReading, parseId, sweepNumber } from '../history-option.ts';
import { note, printJson, yellow } from '../output.ts';

interface FigureOptions {
  show?: string;
  out: string[];
  width?: string;
  font?: string;
  test?: string;
  subsets?: string;
  effects?: string;
  baseline?: string;
  group?: string;
  columns?: string;
  rows?: string;
  log?: string;
  db?: string;
  json?: boolean;
}

/** Writes each file of `--out`, and the numbers as CSV beside the first. */
export async function figureCommand(ids: readonly string[], options: FigureOptions): Promise<void> {
  const asked = askedOf(ids, options);
  const size = { width: parseWidth(options.width ?? 'column'), font: parseFont(options.font ?? USUAL_FONT) };
  const files = filesOf(options.out);
  const history = openForReading(options.db);
  try {
    const figure = figureOf(history, tableOf(history), asked);
    // Everything is made before anything is written.
    const made = await Promise.all(
      files.map(async ({ file, format }) => ({ file, bytes: await renderFigure(figure, size, format) })),
    );
    for (const { file, bytes } of made) writeWhole(file, bytes);
    const remarks = figureRemarks(figure, size);
    for (const remark of remarks) note(yellow(`note: ${remark}`));
    if (options.json) printJson({ title: figure.title, files: made.map(({ file }) => file), remarks });
    else for (const { file } of made) note(`wrote ${file}`);
  } finally {
    history.close();
  }
}

/** @throws UserError `figure.out` where a name does not say what is wanted */
function filesOf(out: readonly string[]): { file: string; format: FigureFormat }[] {
  const files = out.map((file) => {
    const format = FIGURE_FORMATS.find((each) => path.extname(file).toLowerCase() === `.${each}`);
    if (format) return { file, format };
    throw new UserError(
      'figure.out',
      `--out: ${showValue(file)} should end in .pdf, .svg or .png (the figure) or .csv (its numbers)`,
    );
  });
  const { dir, name } = path.parse(files[0].file);
  if (files.some(({ format }) => format === 'csv')) return files;
  return [...files, { file: path.join(dir, `${name}.csv`), format: 'csv' }];
}

function askedOf(ids: readonly string[], options: FigureOptions): FigureAsked {
  const sweep = ids.length === 1 ? sweepNumber(ids[0]) : null;
  return {
    show: one('show', options.show ?? (sweep === null ? 'curves' : 'sweep'), FIGURE_KINDS),
    experiments: sweep === null ? ids.map(parseId) : [],
    sweep,
    tests: options.test === undefined ? undefined : listed('test', options.test, METRIC_TESTS),
    subsets: options.subsets === undefined ? undefined : listed('subsets', options.subsets, TEST_SUBSETS),
    effects: options.effects?.split(',') ?? [...HEADLINE_CONTRASTS],
    baseline: options.baseline === undefined ? null : parseId(options.baseline),
    by: columnsIn(options.group),
    columns: columnsIn(options.columns),
    rows: one('rows', options.rows ?? 'experiments', ROWS),
    logs: columnsIn(options.log),
    brush: '',
  };
}

/** @throws UserError `figure.option` for anything but the words known */
function one<T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find((each) => each === given.trim());
  if (found !== undefined) return found;
  throw new UserError('figure.option', `--${option}: ${showValue(given)} is none; give ${known.join(', ')}`);
}

const listed = <T extends string>(option: string, given: string, known: readonly T[]): T[] =>
  given.split(',').map((each) => one(option, each, known));
