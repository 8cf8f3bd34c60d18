/** The figures of analyses as plain SVG: maps of cells, lines with intervals, histograms. */
import { scaleLinear } from 'd3-scale';
import { ANALYSES, type AnalysisKind } from '#shared/analysis.ts';
import { stageText } from '#shared/records.ts';
import {
  ALIGNMENT,
  layerText,
  placeText,
  type EntropySummary,
  type GradientSummary,
  type InsideSummary,
  type MovesSummary,
  type ProbeSummary,
} from '#shared/stats/inside.ts';
import type { InsideComparison } from '#shared/stats/inside-compare.ts';
import type { Interval } from '#shared/stats/interval.ts';
import { subsetInfo, type SubsetName } from '#shared/subsets.ts';
import { cellMap } from './cell-map.ts';
import { lines, type Series } from './inside-lines.ts';
import { markup, notationSvg } from './markup.ts';
import { at, COLOURS, FONT, INK, MUTED, RULE, type Drawing } from './plot.ts';

/** @returns an SVG document; text stays text */
export function insideSvg(summary: InsideSummary, name: string): string {
  const title = `${ANALYSES[summary.kind].label}: ${name}`;
  return stacked(drawingsOf(summary), title, describeInside(summary));
}

/** Several experiments beside each other. @returns an SVG document; text stays text */
export function comparedSvg(compared: InsideComparison, kind: AnalysisKind, name: string): string {
  const { figures, names, over } = compared;
  const drawings = figures.map(({ title, series }) =>
    lines({
      title,
      x: names.map((text) => ({ text, ...(over !== null && { group: over }) })),
      series: series.map(({ name: label, subset, points }, i) => ({
        ...(subset ? named(subset) : { notation: label, colour: COLOURS[i % COLOURS.length] }),
        points,
      })),
    }),
  );
  return stacked(drawings, `${ANALYSES[kind].label}: ${name}`, describeCompared(compared));
}

/** The same in words. */
function describeCompared({ figures, names, over, at }: InsideComparison): string {
  const said = figures.map(({ title, series }) => {
    const values = series.map(
      ({ name, points }) =>
        `${name} ${points.map((point) => (point ? String(Number(point.mean.toPrecision(3))).replace('-', '−') : 'none')).join(', ')}`,
    );
    return `${title}: ${values.join('; ')}`;
  });
  return `After ${at.join(', ')}; over ${over === null ? '' : `${over} `}${names.join(', ')}. ${said.join('. ')}.`;
}

function stacked(parts: readonly Drawing[], title: string, description: string): string {
  const width = Math.max(...parts.map((part) => part.width));
  let y = 34;
  const placed = parts.map((part) => {
    const top = y;
    y += part.height + 18;
    return markup`<g transform="translate(0 ${top})">${part.body}</g>
`;
  });
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" font-family="${FONT}" font-size="12" fill="${INK}">
<title>${title}</title>
<desc>${description}</desc>
<text x="14" y="22" font-size="14" font-weight="bold">${title}</text>
${placed}</svg>
`.text;
}

function drawingsOf(summary: InsideSummary): Drawing[] {
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

/** The same in words. */
export function describeInside(summary: InsideSummary): string {
  const seeds = `${summary.seeds} seed${summary.seeds === 1 ? '' : 's'}`;
  switch (summary.kind) {
    case 'probes': {
      const best = summary.layers
        .flatMap((layer, i) =>
          summary.tokens.map(({ text }, k) => ({ layer, text, cell: summary.cells[i][k] })),
        )
        .reduce((a, b) => (b.cell.mean > a.cell.mean ? b : a));
      return `${summary.classes.join(' against ')} by layer and token, ${seeds}; the best probe, ${layerText(best.layer)} at "${best.text}", is right in ${percent(best.cell.mean)}.`;
    }
    case 'gradients': {
      const last = summary.points.at(-1)!;
      const list = last.differences.map(
        ({ first, second, cosine }) => `${first} − ${second}: ${signed(cosine.mean)}`,
      );
      return `Cosine between the gradients of a definition and of its questions, ${seeds}; after ${placeText(last.at)} ${list.join('; ')}.`;
    }
    case 'entropy':
      return `Nats per token of the model's own answers, ${seeds}: ${summary.subsets.map(({ subset, mean }) => `${subset} ${mean.mean.toFixed(2)}`).join(', ')}.`;
    case 'moves':
      return `How far each part moved in ${summary.stages.map(stageText).join(', ')}, as a share of its size, ${seeds}.`;
  }
}

/** The 95 % interval over seeds, where there is one. */
function spread({ low, high }: Interval): { small?: string } {
  return low === null || high === null ? {} : { small: `${percent(low)} to ${percent(high)}` };
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

function probeMap({ layers, tokens, cells, classes, chance, prompts, seeds }: ProbeSummary): Drawing {
  return cellMap({
    hint: `${classes.join(' against ')}; accuracy over ${seeds === 1 ? 'one seed' : `${seeds} seeds`}, ${prompts} prompts each; 95 of 100 guessers: ${percent(chance.low)} to ${percent(chance.high)}`,
    // The input lies at the bottom.
    rows: layers.map(layerText).toReversed(),
    columns: tokens.map(({ text }) => text),
    cells: cells
      .toReversed()
      .map((row) => row.map((cell) => ({ value: cell.mean, text: percent(cell.mean), ...spread(cell) }))),
    domain: [0.5, 1],
    legend: ['50 %', '100 %'],
  });
}

function moveMap({ parts, stages }: MovesSummary): Drawing {
  const shares = parts.flatMap(({ moves }) => moves.map(({ share }) => share.mean));
  return cellMap({
    hint: 'how far each part moved, as a share of its size before; below, the cosine to its move in the stage before',
    rows: parts.map(({ name }) => name).toReversed(),
    columns: stages.map(stageText),
    cells: parts.toReversed().map(({ moves }) =>
      moves.map(({ share, cosine }) => ({
        value: share.mean,
        text: percent(share.mean),
        ...(cosine && { small: signed(cosine.mean) }),
      })),
    ),
    domain: [0, Math.max(1e-6, ...shares)],
    legend: ['0 %', percent(Math.max(...shares))],
  });
}

function gradientLines({ points }: GradientSummary, what: 'cosine' | 'distance'): Drawing {
  const subsets = [...new Set(points.flatMap((point) => Object.keys(point.subsets) as SubsetName[]))];
  return lines({
    title: ALIGNMENT[what].title,
    x: points.map(({ at: { stage, epoch } }) => ({ text: `epoch ${epoch}`, group: stageText(stage) })),
    series: subsets.map((subset): Series => ({
      ...named(subset),
      points: points.map((point) => point.subsets[subset]?.[what] ?? null),
    })),
  });
}

function lensLines({ stages, lens }: MovesSummary): Drawing[] {
  return stages.flatMap((stage) => {
    const own = lens.filter((each) => each.stage === stage);
    if (own.length === 0) return [];
    return lines({
      title: `Logit lens after ${stageText(stage)}: share of questions whose right answer is the likeliest`,
      x: own[0].layers.map(({ layer }) => ({ text: layerText(layer) })),
      series: own.map(({ subset, layers }) => ({
        ...named(subset),
        points: layers.map(({ first }) => first),
      })),
    });
  });
}

function named(subset: SubsetName): Pick<Series, 'notation' | 'colour'> {
  const { notation, colour } = subsetInfo(subset);
  return { notation, colour };
}

const BAR = { width: 760, left: 150, right: 740, row: 54 };

function histograms({ bins, subsets, seeds, test }: EntropySummary): Drawing {
  const width = bins.length > 1 ? bins[1] - bins[0] : 1;
  const most = Math.max(...subsets.flatMap(({ shares }) => shares));
  const x = scaleLinear([0, bins.length * width], [BAR.left, BAR.right]);
  const bottom = 26 + subsets.length * BAR.row;
  const rows = subsets.map(({ subset, shares, mean }, i) => {
    const base = 20 + (i + 1) * BAR.row;
    const { notation, colour } = subsetInfo(subset);
    const bars = shares.map((share, bin) => {
      const height = (share / most) * (BAR.row - 12);
      const left = x(bin * width);
      return markup`<rect x="${at(left)}" y="${at(base - height)}" width="${at(x(width) - x(0) - 0.8)}" height="${at(height)}" fill="${colour}"/>`;
    });
    return markup`${bars}<line x1="${BAR.left}" x2="${BAR.right}" y1="${base}" y2="${base}" stroke="${RULE}" class="rule"/>
<text x="14" y="${base - 20}">${notationSvg(notation, 12)}</text><text x="14" y="${base - 4}" font-size="11" fill="${MUTED}" class="muted">mean ${mean.mean.toFixed(2)}</text>
`;
  });
  const ticks = x
    .ticks(8)
    .map(
      (tick) =>
        markup`<text x="${at(x(tick))}" y="${bottom + 16}" text-anchor="middle" fill="${MUTED}" class="muted">${tick}</text>`,
    );
  const hint = `${test === 'association' ? 'who an alias is' : 'test questions'}; share of answers, ${seeds === 1 ? 'one seed' : `mean over ${seeds} seeds`}; the last bar holds all above`;
  return {
    width: BAR.width,
    height: bottom + 44,
    body: markup`<text x="14" y="10" font-size="11" fill="${MUTED}" class="muted">${hint}</text>${rows}${ticks}
<text x="${(BAR.left + BAR.right) / 2}" y="${bottom + 36}" text-anchor="middle">nats per token of the model’s own answer</text>`,
  };
}
