/** Analyses of several experiments beside each other: the few numbers that they are compared by. */
import { distinctNames, valuesOf } from '../distinct-names.ts';
import { stageText } from '../records.ts';
import type { SubsetName } from '../subsets.ts';
import {
  ALIGNMENT,
  classesText,
  placeText,
  type GradientSummary,
  type InsideSummary,
  type MovesSummary,
} from './inside.ts';
import type { Interval } from './interval.ts';

/** One number of an experiment. */
interface Headline {
  /** What it is of, which all of one figure share. */
  figure: string;
  unit: string;
  name: string;
  /** Whose colour it has. */
  subset: SubsetName | null;
  interval: Interval;
}

interface ComparedSeries {
  name: string;
  subset: SubsetName | null;
  /** One for each experiment; null where it has none. */
  points: (Interval | null)[];
}

/** Numbers of one kind, over experiments. */
interface ComparedFigure {
  title: string;
  unit: string;
  series: ComparedSeries[];
}

export interface InsideComparison {
  /** Names of the experiments, without what all share. */
  names: string[];
  /** The field whose values these names are; null where they are anything else. */
  over: string | null;
  figures: ComparedFigure[];
  /** The weights that were looked at, where all are alike; else one for each experiment. */
  at: string[];
  /** Of each experiment. */
  seeds: number[];
}

/** @param rows one for each experiment, all of one kind of analysis */
export function compareInside(rows: readonly { name: string; summary: InsideSummary }[]): InsideComparison {
  const names = distinctNames(rows.map(({ name }) => name));
  const swept = valuesOf(names);
  const headlines = rows.map(({ summary }) => headlinesOf(summary));
  const titles = Map.groupBy(headlines.flat(), ({ figure }) => figure);
  const at = rows.map(({ summary }) => lookedAt(summary));
  return {
    names: swept?.values ?? names,
    over: swept?.field ?? null,
    figures: [...titles].map(([title, all]) => ({
      title,
      unit: all[0].unit,
      series: [...Map.groupBy(all, ({ name }) => name)].map(([name, [{ subset }]]) => ({
        ...{ name, subset },
        points: headlines.map(
          (own) => own.find((each) => each.figure === title && each.name === name)?.interval ?? null,
        ),
      })),
    })),
    at: new Set(at).size === 1 ? at.slice(0, 1) : at,
    seeds: rows.map(({ summary }) => summary.seeds),
  };
}

function lookedAt(summary: InsideSummary): string {
  switch (summary.kind) {
    case 'gradients':
      return placeText(lastPoint(summary).at);
    case 'moves':
      return summary.stages.map(stageText).join(', ');
    default:
      return placeText(summary.at);
  }
}

function headlinesOf(summary: InsideSummary): Headline[] {
  switch (summary.kind) {
    case 'probes':
      return summary.best
        ? [
            {
              ...{ figure: 'Accuracy where the other seeds have their best', unit: 'Accuracy', subset: null },
              ...{ name: classesText(summary.classes), interval: summary.best },
            },
          ]
        : [];
    case 'gradients':
      return gradientHeadlines(summary);
    case 'entropy':
      return summary.subsets.map(({ subset, mean }) => ({
        ...{ figure: 'Entropy of answers', unit: 'Nats a token', name: subset, subset, interval: mean },
      }));
    case 'moves':
      return moveHeadlines(summary);
  }
}

/** Of the last weights that were looked at. */
function gradientHeadlines(summary: GradientSummary): Headline[] {
  const { subsets, differences, variance, mean_cosine } = lastPoint(summary);
  const named = Object.entries(subsets) as [SubsetName, NonNullable<(typeof subsets)[SubsetName]>][];
  const bySubset = (of: keyof typeof ALIGNMENT) =>
    named.map(([subset, found]) => ({
      ...{ figure: ALIGNMENT[of].title, unit: ALIGNMENT[of].unit },
      ...{ name: subset, subset, interval: found[of] },
    }));
  const ofAll = { name: 'all examples', subset: null };
  return [
    ...bySubset('cosine'),
    ...differences.map(({ first, second, cosine }) => ({
      ...{ figure: 'Cosine, reliable tag less unreliable', unit: 'Difference of cosines' },
      ...{ name: `${first} − ${second}`, subset: null, interval: cosine },
    })),
    ...bySubset('distance'),
    { figure: 'Variance of gradients', unit: 'Squared distance', ...ofAll, interval: variance },
    { figure: 'Cosine to the mean gradient', unit: 'Cosine', ...ofAll, interval: mean_cosine },
  ];
}

const lastPoint = ({ points }: GradientSummary) => points.at(-1)!;

function moveHeadlines({ stages, parts }: MovesSummary): Headline[] {
  return stages.flatMap((stage, i) =>
    parts.map(({ name, moves }) => ({
      ...{ figure: `How far each part moved in ${stageText(stage)}`, unit: 'Share of its size' },
      ...{ name, subset: null, interval: moves[i].share },
    })),
  );
}
