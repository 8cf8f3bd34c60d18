/** What was found inside models, for paper: maps of probes and moves, gradients over epochs, entropy. */
import { digitsText } from '#shared/decimals.ts';
import { fieldTitle } from '#shared/field-names.ts';
import { ANALYSES, type AnalysisKind } from '#shared/analysis.ts';
import { STAGE_NAMES } from '#shared/measured-names.ts';
import { stageText } from '#shared/records.ts';
import {
  classesText,
  ALIGNMENT,
  layerText,
  type EntropySummary,
  type GradientSummary,
  type InsideSummary,
  type MovesSummary,
  type ProbeSummary,
} from '#shared/stats/inside.ts';
import type { InsideComparison } from '#shared/stats/inside-compare.ts';
import type { Interval } from '#shared/stats/interval.ts';
import { subsetInfo, subsetTitle, type SubsetName } from '#shared/subsets.ts';
import { percent, signed } from '../report/inside-words.ts';
import { COLOURS } from '../report/plot.ts';
import type { BarPanel, CellPanel, LinePanel, LineSeries, PaperFigure, Panel } from './model.ts';
import { overOf } from './over.ts';

/** One experiment's. */
export function insidePanels(summary: InsideSummary): Panel[] {
  switch (summary.kind) {
    case 'probes':
      return [probeMap(summary)];
    case 'gradients':
      return [gradientLines(summary, 'cosine'), gradientLines(summary, 'distance')];
    case 'entropy':
      return [histograms(summary)];
    case 'moves':
      return [moveMap(summary), ...lensLines(summary)];
  }
}

/** What has to be known to read them. */
export function insideNotes(summary: InsideSummary): string[] {
  switch (summary.kind) {
    case 'probes': {
      const { prompts, chance } = summary;
      return [
        `${prompts} prompts each; 95 of 100 guessers: ${percent(chance.low)} to ${percent(chance.high)}`,
      ];
    }
    case 'gradients':
      return [];
    case 'entropy': {
      const asked = summary.test === 'association' ? 'who an alias is' : 'test questions';
      return [`Answers to ${asked}; the last bar holds all above`];
    }
    case 'moves':
      return summary.stages.length > 1 ? [`Second number, where there is room: ${COSINE}`] : [];
  }
}

/** One experiment's, as a figure. @param name of the experiment */
export function insideFigure(summary: InsideSummary, name: string): PaperFigure {
  const panels = insidePanels(summary);
  const title = `${ANALYSES[summary.kind].label}: ${name}`;
  return { title, panels, notes: [...overOf(panels), ...insideNotes(summary)] };
}

/** Several experiments beside each other, as a figure. @param name of what they belong to */
export function comparedFigure(compared: InsideComparison, kind: AnalysisKind, name: string): PaperFigure {
  const panels = comparedPanels(compared);
  const after = `After ${compared.at.join(', ')}`;
  return { title: `${ANALYSES[kind].label}: ${name}`, panels, notes: [...overOf(panels), after] };
}

/** The few numbers by which experiments are compared, over them. */
export function comparedPanels({ figures, names, over }: InsideComparison): LinePanel[] {
  return figures.map(({ title, unit, series }) =>
    placesPanel(
      { title, x: over === null ? 'Experiment' : fieldTitle(over), y: unit, places: names },
      series.map(({ name, subset, points }, i) => ({
        ...(subset ? named(subset) : { name, colour: COLOURS[i % COLOURS.length] }),
        points,
      })),
    ),
  );
}

const plain = (value: number) => digitsText(value, 3);

const named = (subset: SubsetName) => ({ name: subsetTitle(subset), colour: subsetInfo(subset).colour });

function probeMap({ layers, tokens, cells, classes }: ProbeSummary): CellPanel {
  return {
    ...{ kind: 'cells', title: `Accuracy of probes, ${classesText(classes)}` },
    // The input lies at the bottom.
    rows: layers.map(layerText).toReversed(),
    columns: tokens.map(({ text }) => text),
    cells: cells.toReversed(),
    ...{ text: percent, domain: [0.5, 1] },
  };
}

const COSINE = 'cosine to the move of the stage before';

function moveMap({ parts, stages }: MovesSummary): CellPanel {
  const shares = parts.flatMap(({ moves }) => moves.map(({ share }) => share.mean));
  return {
    ...{ kind: 'cells', title: 'How far each part moved, of its size' },
    rows: parts.map(({ name }) => name).toReversed(),
    columns: stages.map((stage) => STAGE_NAMES[stage]),
    cells: parts.toReversed().map(({ moves }) =>
      moves.map(({ share, cosine }) => ({
        ...share,
        ...(cosine && { also: { what: COSINE, value: cosine.mean, text: signed(cosine.mean) } }),
      })),
    ),
    ...{ text: percent, domain: [0, Math.max(1e-6, ...shares)] },
  };
}

interface Places {
  title: string;
  x: string;
  y: string;
  places: readonly string[];
}

/** Lines over named places. */
function placesPanel(
  { title, x, y, places }: Places,
  lines: readonly { name: string; colour: string; points: readonly (Interval | null)[] }[],
): LinePanel {
  return {
    ...{ kind: 'lines', title, chance: null, spans: [] },
    x: {
      title: x,
      text: (i) => places[i],
      domain: [-0.5, places.length - 0.5],
      scale: 'linear',
      ticks: places.map((_, i) => i),
    },
    y: { title: y, text: plain, least: 1e-9, most: Infinity },
    series: lines.map(({ name, colour, points }): LineSeries => ({
      ...{ name, colour, interval: 'bars', joined: true },
      points: points.flatMap((point, i) => (point ? [{ x: i, ...point }] : [])),
    })),
  };
}

function gradientLines({ points }: GradientSummary, what: 'cosine' | 'distance'): LinePanel {
  const subsets = [...new Set(points.flatMap((point) => Object.keys(point.subsets) as SubsetName[]))];
  const several = new Set(points.map(({ at }) => at.stage)).size > 1;
  return placesPanel(
    {
      title: ALIGNMENT[what].title,
      x: several ? 'Stage, epoch' : `Epoch of ${stageText(points[0].at.stage)}`,
      y: ALIGNMENT[what].unit,
      places: points.map(({ at: { stage, epoch } }) =>
        several ? `${stageText(stage).replace('stage ', '')}, ${epoch}` : String(epoch),
      ),
    },
    subsets.map((subset) => ({
      ...named(subset),
      points: points.map((point) => point.subsets[subset]?.[what] ?? null),
    })),
  );
}

function lensLines({ stages, lens }: MovesSummary): LinePanel[] {
  return stages.flatMap((stage) => {
    const own = lens.filter((each) => each.stage === stage);
    if (own.length === 0) return [];
    const panel = placesPanel(
      {
        title: `Logit lens after ${stageText(stage)}: the right answer is the likeliest`,
        x: 'After',
        y: 'Share of questions (%)',
        places: own[0].layers.map(({ layer }) => layerText(layer)),
      },
      own.map(({ subset, layers }) => ({ ...named(subset), points: layers.map(({ first }) => first) })),
    );
    return { ...panel, y: { ...panel.y, text: (value) => plain(100 * value), most: 1 } };
  });
}

function histograms({ bins, subsets }: EntropySummary): BarPanel {
  return {
    ...{ kind: 'bars', title: 'Share of answers', xTitle: 'Nats per token of the model’s own answer', bins },
    rows: subsets.map(({ subset, shares, mean }) => ({
      ...named(subset),
      short: subsetInfo(subset).notation,
      shares,
      mean,
      text: `mean ${mean.mean.toFixed(2)}`,
    })),
  };
}
