/**
 * What an analysis found, of one experiment or of several beside each other, as files: numbers of every seed
 * (CSV), all of it (JSON), the figure (SVG).
 */
import path from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { AnalysisRecord, AnalysisResult, PartResult } from '#shared/analysis.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { safeCell } from '#shared/plain-text.ts';
import { compareInside } from '#shared/stats/inside-compare.ts';
import type { InsideSummary } from '#shared/stats/inside.ts';
import { comparedFigure, insideFigure } from '../figures/inside.ts';
import { pageSvg } from '../report/page-figure.ts';

export interface InsideFound {
  record: AnalysisRecord;
  /** Of the experiment. */
  name: string;
  results: readonly PartResult[];
  /** Null where no run is done. */
  summary: InsideSummary | null;
}

export interface InsideFile extends InsideFound {
  summary: InsideSummary;
}

export const isDone = (found: InsideFound): found is InsideFile => found.summary !== null;

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
export function insideFile(file: string, given: InsideFile): string {
  switch (path.extname(file).toLowerCase()) {
    case '.svg':
      return pageSvg(insideFigure(given.summary, given.name));
    case '.csv':
      return insideCsv(given);
    default:
      return `${JSON.stringify(insideJson(given), null, 2)}\n`;
  }
}

/** One analysis, with what it found. */
export const insideJson = ({ record, ...found }: InsideFound): object => ({ ...record, ...found });

/** Of several experiments, with what they are compared by. */
export function comparedJson(given: readonly InsideFound[], name: string): object {
  const compared = compareInside(given.filter(isDone));
  return { name, kind: given[0].record.params.kind, compared, experiments: given.map(insideJson) };
}

/**
 * Several experiments beside each other.
 * @param given one analysis of each, all of one kind
 * @param name of what they belong to
 */
export function comparedFile(file: string, given: readonly InsideFile[], name: string): string {
  const { kind } = given[0].record.params;
  switch (path.extname(file).toLowerCase()) {
    case '.svg':
      return pageSvg(comparedFigure(compareInside(given), kind, name));
    case '.csv':
      return insideCsv(...given);
    default:
      return `${JSON.stringify(comparedJson(given, name), null, 2)}\n`;
  }
}

/** Every number of every seed, one a row. */
function insideCsv(...given: readonly InsideFound[]): string {
  const rows = given.flatMap(({ record: { experiment }, name, results }) =>
    results.flatMap(({ run, seed, result }) =>
      rowsOf(result).map((row) => ({ experiment, name: safeCell(name), run, seed, ...row })),
    ),
  );
  return stringify(rows, { header: true });
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
