/** Both step functions of one output as a Chart.js config, with the points of training and test on them. */
import type { ChartDataset } from 'chart.js';
import type { DrawnPoint, OutputPicture, PointsPicture } from '#shared/corpus.ts';
import { subsetColour } from '../lib/colours.ts';
import { countText } from '../lib/format.ts';
import { linearAxes } from './axes.ts';
import { DRAWN_AS_GIVEN, type ChartColours, type LineConfig, type Point } from './chart.ts';

type Line = ChartDataset<'line', Point[]>;

const SHAPES = { circle: 'circle', triangle: 'triangle', square: 'rect' } as const;
/** The functions run from −1 to 1; points at their ends are not cut off. */
const EDGE = 1.12;

export function toyChartConfig(
  { max_x }: PointsPicture,
  output: OutputPicture,
  dark: boolean,
  colours: ChartColours,
): LineConfig {
  return {
    type: 'line',
    data: {
      datasets: [
        ...pointSets(output.answers ?? output.tests, (colour) => ({ ...hollow(colour), order: 1 }), dark),
        ...pointSets(output.training, (colour) => ({ ...filled(colour), order: 2 }), dark),
        stepLine(output.starts, output.y1, { borderColor: colours.ink, borderWidth: 1.4 }),
        stepLine(output.starts, output.y2, {
          borderColor: colours.muted,
          borderWidth: 1.2,
          borderDash: [3, 3],
        }),
      ],
    },
    options: {
      ...DRAWN_AS_GIVEN,
      layout: { padding: { top: 4, right: 8 } },
      scales: scalesOf(max_x, colours),
      plugins: { tooltip: { enabled: false }, annotation: { annotations: [] } },
    },
  };
}

function scalesOf(maxX: number, colours: ChartColours): NonNullable<LineConfig['options']>['scales'] {
  const { x, y } = linearAxes(colours, { x: 'x', y: 'y' }, { xMax: maxX, yMin: -EDGE }) ?? {};
  return { x, y: { ...y, max: EDGE, ticks: { ...y?.ticks, includeBounds: false } } } as NonNullable<
    LineConfig['options']
  >['scales'];
}

/** Points of one shape and subset look alike: one dataset for each. */
function pointSets(
  points: readonly DrawnPoint[],
  look: (colour: string) => Partial<Line>,
  dark: boolean,
): Line[] {
  return [...Map.groupBy(points, ({ shape, subset }) => `${shape} ${subset}`).values()].map((group) => {
    const [{ shape, subset }] = group as [DrawnPoint];
    return {
      data: group.map(({ x, y }) => ({ x, y })).sort((a, b) => a.x - b.x),
      showLine: false,
      pointStyle: SHAPES[shape],
      pointHitRadius: 0,
      ...look(subsetColour(subset, dark)),
    };
  });
}

const filled = (colour: string): Partial<Line> => ({
  pointRadius: 3,
  pointBackgroundColor: colour,
  pointBorderWidth: 0,
});

const hollow = (colour: string): Partial<Line> => ({
  pointRadius: 4.2,
  pointBackgroundColor: 'transparent',
  pointBorderColor: colour,
  pointBorderWidth: 1.3,
});

function stepLine(starts: readonly number[], values: readonly number[], look: Partial<Line>): Line {
  return {
    data: values.map((y, step) => ({ x: starts[step] ?? 0, y })),
    stepped: 'before',
    pointRadius: 0,
    pointHitRadius: 0,
    order: 3,
    ...look,
  };
}

/** The same in words. */
export function describeToy({ starts, training, tests, answers }: OutputPicture, output: number): string {
  const shapes = Map.groupBy(training, ({ shape }) => shape);
  const counts = [...shapes].map(([shape, points]) => `${countText(points.length)} ${shape}s`).join(', ');
  return `Output ${output + 1}: two step functions of ${countText(starts.length)} steps; training points ${counts || 'none'}; ${countText((answers ?? tests).length)} ${answers ? 'answers at test points' : 'test points'}.`;
}
