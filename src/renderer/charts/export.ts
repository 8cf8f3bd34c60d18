/** Figures for paper: the same charts drawn again, light, with a legend, as SVG text or as a PNG. */
import { BasicPlatform, Legend, type ChartItem } from 'chart.js';
import { Context } from 'svgcanvas';
import { Chart, type ChartColours, type LineConfig, type Point } from './chart.ts';
import type { Figure } from './comparison.ts';
import { FIGURE_FONT as FONT } from './figure-font.ts';

Chart.register(Legend);
Chart.defaults.plugins.legend.display = false;

const WIDTH = 620;
const HEIGHT = 380;
const TITLE = 30;
const COLUMNS = 2;
const PNG_SCALE = 2;

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
  for (const label of svg.querySelectorAll('text')) label.setAttribute('font-family', FONT);
  const text = new XMLSerializer().serializeToString(svg);
  chart.destroy();
  return text;
}

/** @throws where the browser cannot make a picture */
export async function figurePng(figures: readonly Figure[]): Promise<Blob> {
  const { places, width, height } = sheet(figures);
  const page = new OffscreenCanvas(width * PNG_SCALE, height * PNG_SCALE);
  const context = page.getContext('2d');
  if (!context) throw new Error('This browser cannot draw a PNG.');
  context.scale(PNG_SCALE, PNG_SCALE);
  context.fillStyle = PAPER.card;
  context.fillRect(0, 0, width, height);
  for (const { figure, x, y } of places) drawPng(figure, context, x, y);
  return page.convertToBlob({ type: 'image/png' });
}

function drawPng(figure: Figure, page: OffscreenCanvasRenderingContext2D, x: number, y: number): void {
  page.fillStyle = PAPER.ink;
  page.font = `bold 14px ${FONT}`;
  page.fillText(figure.title, x + 12, y + 20);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const config = paperConfig(figure);
  const chart = new Chart(canvas, { ...config, options: { ...config.options, devicePixelRatio: PNG_SCALE } });
  page.drawImage(canvas, x, y + TITLE, WIDTH, HEIGHT);
  chart.destroy();
}
