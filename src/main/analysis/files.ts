/**
 * What an analysis found, of one experiment or of several beside each other, as files: numbers of every seed
 * (CSV), all of it (JSON), the figure (SVG).
 */
import path from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { AnalysisResult } from '#shared/analysis.ts';
import type { InsideBeside } from '#shared/api/analyses.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { safeCell } from '#shared/plain-text.ts';
import { compareInside } from '#shared/stats/inside-compare.ts';
import { comparedFigure, insideFigure } from '../figures/inside.ts';
import { pageSvg } from '../report/page-figure.ts';
import type { InsideDone, InsideFound } from './found.ts';

/** Analyses of several experiments, all of one kind, and how they stand beside each other. */
export interface InsideTogether {
  /** Of what they belong to. */
  name: string;
  given: readonly InsideFound[];
  beside: InsideBeside;
  /** Columns that they are grouped by; none leaves each by itself. */
  by: readonly string[];
}

const ENDINGS = ['.csv', '.json', '.svg'];

/** @throws UserError `analyse.out` where the name does not say what is wanted */
export function checkOutFile(file: string): void {
  if (ENDINGS.includes(path.extname(file).toLowerCase())) return;
  throw new UserError(
    'analyse.out',
    `--out: ${showValue(file)} should end in .svg (the figure), .csv (the numbers of every seed) or .json (all of it)`,
  );
}

/** The text of a file, by its ending. */
export function insideFile(file: string, given: InsideDone): string {
  switch (path.extname(file).toLowerCase()) {
    case '.svg':
      return pageSvg(insideFigure(given.summary, given.name));
    case '.csv':
      return insideCsv(rowsOfSeeds(given));
    default:
      return `${JSON.stringify(insideJson(given), null, 2)}\n`;
  }
}

/** One analysis, with what it found. */
export const insideJson = ({ record, ...found }: InsideFound): object => ({ ...record, ...found });

/** Of several experiments, with what they, or the groups of them, are compared by: the numbers that are drawn. */
export function comparedJson({ name, given, beside: { kind, rows, left }, by }: InsideTogether): object {
  const grouped = by.length > 0 && { by, groups: rows, left_out: left };
  return { name, kind, compared: compareInside(rows), ...grouped, experiments: given.map(insideJson) };
}

/** Several experiments beside each other, or groups of them. */
export function comparedFile(file: string, together: InsideTogether): string {
  const { name, beside } = together;
  switch (path.extname(file).toLowerCase()) {
    case '.svg':
      return pageSvg(comparedFigure(compareInside(beside.rows), beside.kind, name));
    case '.csv':
      return insideCsv(rowsTogether(together));
    default:
      return `${JSON.stringify(comparedJson(together), null, 2)}\n`;
  }
}

const insideCsv = (rows: Row[]): string => stringify(rows, { header: true });

/** Of groups, each row begins with its own; what is in none is no part of what is drawn, and is left out. */
function rowsTogether({ given, beside, by }: InsideTogether): Row[] {
  if (by.length === 0) return given.flatMap(rowsOfSeeds);
  return given.flatMap((found) => {
    const group = beside.rows.find(({ analyses }) => analyses.includes(found.record.id));
    return group ? rowsOfSeeds(found).map((row) => ({ group: safeCell(group.name), ...row })) : [];
  });
}

/** Every number of every seed, one a row. */
function rowsOfSeeds({ record: { experiment }, name, results }: InsideFound): Row[] {
  return results.flatMap(({ run, seed, result }) =>
    rowsOf(result).map((row) => ({ experiment, name: safeCell(name), run, seed, ...row })),
  );
}

type Row = Record<string, string | number | null>;

function rowsOf(result: AnalysisResult): Row[] {
  switch (result.kind) {
    case 'probes':
      return result.layers.flatMap((layer, i) =>
        result.tokens.map(({ text }, token): Row => {
          const accuracy = result.accuracy[i][token];
          return { ...result.at, layer, token: token + 1, text: safeCell(text), accuracy };
        }),
      );
    case 'gradients':
      return result.points.flatMap(({ at, subsets, variance, mean_cosine }) =>
        Object.entries(subsets).map(([subset, { definition, question, ...means }]): Row => ({
          ...{ ...at, subset, ...means, variance, mean_cosine },
          ...{ definition_l1: definition.l1, definition_l2: definition.l2, definition_linf: definition.linf },
          ...{ question_l1: question.l1, question_l2: question.l2, question_linf: question.linf },
        })),
      );
    case 'entropy':
      return Object.entries(result.subsets).flatMap(([subset, values]) =>
        values.map((nats): Row => ({ ...result.at, test: result.test, subset, nats })),
      );
    case 'moves':
      return [
        ...result.parts.flatMap(({ name: part, moves }) =>
          moves.map((move, i): Row => ({
            stage: result.stages[i],
            part,
            subset: '',
            ...move,
            rank: null,
            first: null,
          })),
        ),
        ...result.lens.flatMap(({ stage, subsets }) =>
          Object.entries(subsets).flatMap(([subset, layers]) =>
            layers.map(({ layer, rank, first }): Row => ({
              ...{ stage, part: layer, subset, norm: null, share: null, cosine: null, rank, first },
            })),
          ),
        ),
      ];
  }
}
