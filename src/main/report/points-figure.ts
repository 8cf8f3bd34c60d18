/** The toy regression as plain SVG: both functions of one output, the training points, and what a run answered. */
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import type { DrawnPoint, OutputPicture, PointsPicture } from '#shared/corpus.ts';
import { subsetInfo, SUBSET_NAMES } from '#shared/subsets.ts';
import { markup, notationSvg, type Markup } from './markup.ts';
import { at, FONT, INK, MUTED, RULE } from './plot.ts';

const WIDTH = 960;
const PLOT = { left: 46, top: 14, right: WIDTH - 12, bottom: 330 };
const HEIGHT = 424;
/** The functions run from −1 to 1; what is answered may leave that a little. */
const EDGE = 1.15;
/** Half the side of a shape, or its radius. */
const SIZE = 3;

interface Scales {
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
}

/**
 * @param output which of the outputs to draw, counted from 0
 * @returns an SVG document, 960 units wide; answers beyond the edge stand on it
 */
export function pointsSvg(picture: PointsPicture, output: number): string {
  const drawn = picture.drawn[output];
  const scales = {
    x: scaleLinear([0, picture.max_x], [PLOT.left, PLOT.right]),
    y: scaleLinear([-EDGE, EDGE], [PLOT.bottom, PLOT.top]).clamp(true),
  };
  const answers = drawn.answers ?? [];
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="${FONT}" font-size="12" fill="${INK}">
<title>Output ${output + 1}: both functions, training points and answers</title>
<desc>Two step functions of ${drawn.starts.length} steps, ${drawn.training.length} training points and ${answers.length} answers at test points.</desc>
${axes(scales)}
${steps(drawn, drawn.y2, scales, markup`stroke="${MUTED}" stroke-width="1.1" stroke-dasharray="3 3"`)}
${steps(drawn, drawn.y1, scales, markup`stroke="${INK}" stroke-width="1.4"`)}
<g class="training">${drawn.training.map((point) => trainingPoint(point, scales))}</g>
<g class="answers">${answers.map((point) => answer(point, scales))}</g>
${legend(drawn)}
</svg>
`.text;
}

function axes({ x, y }: Scales): Markup {
  const rows = y.ticks(5).map(
    (tick) =>
      markup`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="${RULE}"/>
<text x="${PLOT.left - 8}" y="${at(y(tick) + 4)}" text-anchor="end" fill="${MUTED}">${String(tick).replace('-', '−')}</text>`,
  );
  const columns = x
    .ticks(8)
    .map(
      (tick) =>
        markup`<text x="${at(x(tick))}" y="${PLOT.bottom + 18}" text-anchor="middle" fill="${MUTED}">${tick}</text>`,
    );
  return markup`${rows}${columns}`;
}

function steps({ starts }: OutputPicture, values: readonly number[], { x, y }: Scales, look: Markup): Markup {
  const path = values.map((value, i) => {
    const [left, top] = [at(x(starts[i])), at(y(value))];
    return i === 0 ? `M${left},${top}` : `H${left}V${top}`;
  });
  return markup`<path d="${path.join('')}" fill="none" ${look}/>`;
}

function trainingPoint({ x, y, subset, shape }: DrawnPoint, scales: Scales): Markup {
  const [left, top] = [scales.x(x), scales.y(y)];
  return markup`<path d="${outline(shape, left, top)}" fill="${subsetInfo(subset).colour}" fill-opacity="0.8"/>`;
}

function outline(shape: DrawnPoint['shape'], x: number, y: number): string {
  if (shape === 'square') return `M${at(x - SIZE)},${at(y - SIZE)}h${2 * SIZE}v${2 * SIZE}h${-2 * SIZE}z`;
  if (shape === 'triangle') return `M${at(x)},${at(y - SIZE)}l${SIZE},${2 * SIZE}h${-2 * SIZE}z`;
  return `M${at(x - SIZE)},${at(y)}a${SIZE},${SIZE} 0 1 0 ${2 * SIZE},0a${SIZE},${SIZE} 0 1 0 ${-2 * SIZE},0z`;
}

function answer({ x, y, subset }: DrawnPoint, scales: Scales): Markup {
  return markup`<circle cx="${at(scales.x(x))}" cy="${at(scales.y(y))}" r="4" fill="none" stroke="${subsetInfo(subset).colour}" stroke-width="1.2"/>`;
}

const SHAPES = [
  ['circle', 'circle: this output alone'],
  ['triangle', 'triangle: definition with tag 1'],
  ['square', 'square: definition with tag 2'],
] as const;
const COLUMN = 236;

function legend({ training, answers }: OutputPicture): Markup {
  const seen = new Set([...training, ...(answers ?? [])].map(({ subset }) => subset));
  const y = PLOT.bottom + 48;
  const shapes = SHAPES.map(
    ([shape, words], i) =>
      markup`<path d="${outline(shape, PLOT.left + i * COLUMN, y - 4)}" fill="${INK}"/><text x="${PLOT.left + i * COLUMN + 10}" y="${y}">${words}</text>`,
  );
  const answered = PLOT.left + SHAPES.length * COLUMN;
  const subsets = SUBSET_NAMES.filter((name) => seen.has(name)).map(
    (name, i) =>
      markup`<rect x="${PLOT.left - 4 + i * 100}" y="${y + 18}" width="10" height="10" fill="${subsetInfo(name).colour}"/><text x="${PLOT.left + 12 + i * 100}" y="${y + 27}">${notationSvg(subsetInfo(name).notation, 12)}</text>`,
  );
  return markup`${shapes}<circle cx="${answered}" cy="${y - 4}" r="4" fill="none" stroke="${INK}"/><text x="${answered + 10}" y="${y}">answer at a test point</text>${subsets}`;
}
