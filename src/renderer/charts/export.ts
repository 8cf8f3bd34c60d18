/** Charts as they are shown, drawn again for a file: light, with a legend, as SVG text. */
import { BasicPlatform, Legend, type ChartItem } from 'chart.js';
import { Context } from 'svgcanvas';
import { notationParts, SHIFTED_SIZE, SHIFTS } from '#shared/notation.ts';
import { Chart, type ChartColours, type LineConfig, type Point } from './chart.ts';
import type { Figure } from './comparison.ts';
import { FIGURE_FONT as FONT } from './figure-font.ts';

Chart.register(Legend);
Chart.defaults.plugins.legend.display = false;

const WIDTH = 620;
const HEIGHT = 380;
const TITLE = 30;
const COLUMNS = 2;
/** Of a label that says no size. */
const SIZE = 12;

const PAPER: ChartColours = {
  ink: '#1c1e21',
  muted: '#5c626b',
  rule: '#dfe2e6',
  strong: '#868d98',
  card: '#ffffff',
  raised: '#ffffff',
  accent: '#2456a6',
};

/** Where each figure stands on the sheet. */
function sheet(figures: readonly Figure[]) {
  const columns = Math.min(COLUMNS, figures.length);
  const places = figures.map((figure, i) => ({
    figure,
    x: (i % columns) * WIDTH,
    y: Math.floor(i / columns) * (HEIGHT + TITLE),
  }));
  const rows = Math.ceil(figures.length / Math.max(1, columns));
  return { places, width: Math.max(1, columns) * WIDTH, height: Math.max(1, rows) * (HEIGHT + TITLE) };
}

function paperConfig(figure: Figure): LineConfig {
  const config = figure.config(PAPER);
  return {
    ...config,
    // Without segments Chart.js draws lines as Path2D, which an SVG context does not know.
    data: { datasets: config.data.datasets.map((line) => ({ ...line, segment: {} })) },
    options: {
      ...config.options,
      responsive: false,
      animation: false,
      devicePixelRatio: 1,
      font: { family: FONT },
      plugins: {
        ...config.options?.plugins,
        legend: {
          display: true,
          position: 'bottom',
          labels: {
            color: PAPER.ink,
            boxWidth: 18,
            boxHeight: 1,
            filter: ({ text }) => Boolean(text),
          },
        },
      },
    },
  };
}

/** Draws one figure into a context that records; destroying the chart would wipe what it drew. */
function draw(figure: Figure, context: CanvasRenderingContext2D): Chart<'line', Point[]> {
  const canvas = { width: WIDTH, height: HEIGHT, style: {}, getContext: () => context };
  Object.defineProperty(context, 'canvas', { value: canvas, configurable: true });
  return new Chart(canvas as unknown as ChartItem, { ...paperConfig(figure), platform: BasicPlatform });
}

/** One SVG document; text stays text. */
export function figureSvg(figures: readonly Figure[]): string {
  const { places, width, height } = sheet(figures);
  const parts = places.map(
    ({ figure, x, y }) => `${svgTitle(figure.title, x, y)}${svgOf(figure, x, y + TITLE)}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}

function svgTitle(title: string, x: number, y: number): string {
  const text = document.createElementNS('http://www.w3.org/2000/svg', 'text');
  text.setAttribute('x', String(x + 12));
  text.setAttribute('y', String(y + 20));
  text.setAttribute('font-size', '14');
  text.setAttribute('font-weight', 'bold');
  text.textContent = title;
  return new XMLSerializer().serializeToString(text);
}

function svgOf(figure: Figure, x: number, y: number): string {
  const measure = document.createElement('canvas').getContext('2d') ?? undefined;
  const context = new Context({ width: WIDTH, height: HEIGHT, ctx: measure });
  const chart = draw(figure, context as unknown as CanvasRenderingContext2D);
  const svg = context.getSvg();
  svg.setAttribute('x', String(x));
  svg.setAttribute('y', String(y));
  for (const label of svg.querySelectorAll('text')) {
    label.setAttribute('font-family', FONT);
    setNotation(label);
  }
  const text = new XMLSerializer().serializeToString(svg);
  chart.destroy();
  return text;
}

/** The paper's notation with real sub- and superscripts: few fonts have those letters. */
function setNotation(label: Element): void {
  const size = Number.parseFloat(label.getAttribute('font-size') ?? '') || SIZE;
  let risen = 0;
  const parts = notationParts(label.textContent).map(({ text, shift }) => {
    const part = document.createElementNS('http://www.w3.org/2000/svg', 'tspan');
    part.textContent = text;
    part.setAttribute('dy', String((SHIFTS[shift] - risen) * size));
    if (shift !== 'none') part.setAttribute('font-size', String(SHIFTED_SIZE * size));
    risen = SHIFTS[shift];
    return part;
  });
  if (parts.length > 1) label.replaceChildren(...parts);
}
