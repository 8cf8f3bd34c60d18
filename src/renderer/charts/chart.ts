/** Chart.js with only the parts that are used, and the app's own look read from its tokens. */
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js';
import annotation from 'chartjs-plugin-annotation';
import { behindLines, type Point } from './behind-lines.ts';

Chart.register(
  LineController,
  LineElement,
  PointElement,
  LinearScale,
  LogarithmicScale,
  Tooltip,
  annotation,
  behindLines,
);
Chart.defaults.animation = false;
Chart.defaults.font.family = "'Inter Variable', system-ui, sans-serif";
Chart.defaults.font.size = 12;

export { Chart };

export type { Point };

export type LineConfig = ChartConfiguration<'line', Point[]>;

/**
 * Points come sorted as {x, y}, so that Chart.js neither parses nor sorts them; and whoever shows a chart gives it
 * its size, for each chart that measured the page itself would make the browser lay out all of it anew.
 */
export const DRAWN_AS_GIVEN = {
  parsing: false,
  normalized: true,
  responsive: false,
  // A window that grows wider makes a chart wider, not as much higher.
  maintainAspectRatio: false,
} as const;

export interface ChartColours {
  ink: string;
  muted: string;
  rule: string;
  strong: string;
  card: string;
  raised: string;
  accent: string;
}

let known: { dark: boolean; colours: ChartColours } | null = null;

/** The tokens of the theme; canvases cannot use CSS variables. @param dark the theme that the page has now */
export function chartColours(dark: boolean): ChartColours {
  if (known?.dark !== dark) known = { dark, colours: readColours() };
  return known.colours;
}

function readColours(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token('ink'),
    muted: token('muted'),
    rule: token('rule'),
    strong: token('rule-strong'),
    card: token('card'),
    raised: token('raised'),
    accent: token('accent'),
  };
}
