/** The numbers that a figure shows: as a table for its CSV, and in words. */
import { stringify } from 'csv-stringify/sync';
import { safeCell } from '#shared/plain-text.ts';
import type { Cell } from '#shared/table/filter.ts';
import type { PaperFigure, Panel, Spot } from './model.ts';

/** What stands in a figure, one number a row, in the unit that was measured: shares, not points. */
interface Row {
  panel: string;
  series: string;
  x: string | number;
  /** What the number is; of a seed where that is named. */
  what: string;
  seed: number | '';
  value: number | string;
  low: number | '';
  high: number | '';
  n: number | '';
}

const COLUMNS: (keyof Row)[] = ['panel', 'series', 'x', 'what', 'seed', 'value', 'low', 'high', 'n'];

/** @returns CSV with a heading; one row for each number drawn */
export function figureCsv({ panels }: PaperFigure): string {
  return stringify(panels.flatMap(rowsOf), { header: true, columns: COLUMNS });
}

/** The last mean of each line, for people who cannot see the figure. */
export function describeFigure({ panels, notes, title }: PaperFigure): string {
  const said = panels.map(
    (panel) =>
      `${panel.title}: ${rowsOf(panel)
        .filter(({ seed }) => seed === '')
        .map(({ series, x, what, value }) =>
          [
            what === 'chance' ? what : series,
            x,
            typeof value === 'number' ? Number(value.toPrecision(3)) : value,
          ]
            .filter((part) => part !== '')
            .join(' '),
        )
        .slice(-MOST_SAID)
        .join('; ')}`,
  );
  return `${[title, ...notes, ...said].join('. ')}.`;
}

/** Numbers of a panel in words: more are in the CSV. */
const MOST_SAID = 40;

function rowsOf(panel: Panel): Row[] {
  const { title } = panel;
  switch (panel.kind) {
    case 'lines':
      return [
        ...panel.series.flatMap(({ name, points }) =>
          points.flatMap((point) => {
            const series = [name, point.of].filter(Boolean).join(': ');
            return spotRows(title, series, panel.x.ticks ? panel.x.text(point.x) : point.x, point);
          }),
        ),
        ...(panel.chance === null
          ? []
          : [{ ...numberRow(title, '', ''), what: 'chance', value: panel.chance }]),
      ];
    case 'points':
      return panel.series.flatMap(({ points }) =>
        points.map(({ name, cells: [x, y] }) => ({
          ...{ ...numberRow(title, name, plain(x)), what: safeCell(panel.y.measured), value: plain(y) },
        })),
      );
    case 'parallel':
      return panel.series.flatMap(({ lines }) =>
        lines.flatMap(({ name, cells }) =>
          panel.axes.map((axis, i): Row => ({
            ...{
              ...numberRow(title, name, ''),
              what: safeCell(axis.measured),
              value: plain(cells[i] ?? null),
            },
          })),
        ),
      );
    case 'forest':
      return panel.rows.flatMap((row) => spotRows(title, row.name, '', row));
    case 'cells':
      return panel.cells.flatMap((row, i) =>
        row.flatMap((cell, k) => [
          ...spotRows(title, panel.rows[i], panel.columns[k], cell),
          ...(cell.also
            ? [
                {
                  ...numberRow(title, panel.rows[i], panel.columns[k]),
                  what: cell.also.what,
                  value: cell.also.value,
                },
              ]
            : []),
        ]),
      );
    case 'bars':
      return panel.rows.flatMap(({ name, shares, mean }) => [
        ...spotRows(title, name, '', mean),
        ...shares.map((value, i): Row => ({
          ...numberRow(title, name, panel.bins[i]),
          what: 'share',
          value,
        })),
      ]);
  }
}

/** A value as it is; of several, all of them. */
function plain(cell: Cell): string | number {
  if (typeof cell === 'number') return cell;
  return safeCell(typeof cell === 'object' ? (cell?.join(', ') ?? '') : String(cell));
}

/** A number without an interval of its own. */
function numberRow(panel: string, series: string, x: string | number): Omit<Row, 'what' | 'value'> {
  const place = typeof x === 'string' ? safeCell(x) : x;
  return { panel: safeCell(panel), series: safeCell(series), x: place, seed: '', low: '', high: '', n: '' };
}

function spotRows(
  panel: string,
  series: string,
  x: string | number,
  { mean, low, high, n, seeds = [], singles = [] }: Spot,
): Row[] {
  const of = numberRow(panel, series, x);
  return [
    { ...of, what: 'mean', value: mean, low: low ?? '', high: high ?? '', n },
    ...seeds.map(({ seed, value }): Row => ({ ...of, what: 'seed', seed, value })),
    ...singles.map(({ name, value }): Row => ({ ...of, what: safeCell(`mean of ${name}`), value })),
  ];
}
