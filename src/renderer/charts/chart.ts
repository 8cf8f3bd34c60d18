/** Chart.js with only the parts that are used, and the app's own look read from its tokens. */
import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js';
import annotation from 'chartjs-plugin-annotation';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, Tooltip, annotation);
Chart.defaults.animation = false;
Chart.defaults.font.family = "'Inter Variable', system-ui, sans-serif";
Chart.defaults.font.size = 12;

export { Chart };

export interface Point {
  x: number;
  y: number;
}

export type LineConfig = ChartConfiguration<'line', Point[]>;

export interface ChartColours {
  ink: string;
  muted: string;
  rule: string;
  strong: string;
  card: string;
  raised: string;
  accent: string;
}

/** The tokens as they are now; canvases cannot use CSS variables. */
export function chartColours(): ChartColours {
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
