/** Puts the panels of a figure on a sheet: beside each other where there is room, the legend below. */
import type { Drawn, Room } from './frame.ts';
import { MUTED } from '../report/plot.ts';
import { paragraph } from './frame.ts';
import { drawLegend, legendOf } from './legend.ts';
import { drawBars } from './bar-panel.ts';
import { drawCells } from './cell-panel.ts';
import { drawForest } from './forest-panel.ts';
import { drawParallel } from './parallel-panel.ts';
import { drawPoints } from './point-panel.ts';
import { drawLines } from './line-panel.ts';
import { moved, type Mark, type Sheet } from './marks.ts';
import type { PaperFigure, Panel } from './model.ts';
import { describeFigure } from './data.ts';
import type { FigureSize } from './size.ts';

/** A panel narrower than this many letters is not read: fewer stand beside each other. */
const NARROWEST = 24;
const GAP = 1.5;

/** @returns the figure in points */
export function layOut(figure: PaperFigure, { width, font }: FigureSize): Sheet {
  const margin = font * 0.25;
  const inner = width - 2 * margin;
  const panels = rowsOf(figure.panels, { width: inner, font });
  const legend = drawLegend(legendOf(figure.panels), { width: inner, font });
  const notes = stacked(
    figure.notes.map((note) => paragraph(note, { width: inner, font }, { colour: MUTED })),
  );
  const [below, last] = [panels.height + font * 0.5, panels.height + font * 0.5 + legend.height];
  return {
    ...{ width, title: figure.title, description: describeFigure(figure) },
    height: last + notes.height + 2 * margin,
    marks: moved(
      [...panels.marks, ...moved(legend.marks, 0, below), ...moved(notes.marks, 0, last)],
      margin,
      margin,
    ),
  };
}

/** Below each other. */
function stacked(parts: readonly Drawn[]): Drawn {
  return parts.reduce(
    (all, { height, marks }) => ({
      height: all.height + height,
      marks: [...all.marks, ...moved(marks, 0, all.height)],
    }),
    { height: 0, marks: [] },
  );
}

/** Panels from left to right, then below. */
function rowsOf(panels: readonly Panel[], { width, font }: Room): Drawn {
  const most = Math.max(1, Math.floor(width / (NARROWEST * font)));
  const columns = Math.min(most, panels.length, 3);
  const gap = GAP * font;
  const own = (width - (columns - 1) * gap) / columns;
  const marks: Mark[] = [];
  let y = 0;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns).map((panel) => drawPanel(panel, { width: own, font }));
    row.forEach((drawn, i) => marks.push(...moved(drawn.marks, i * (own + gap), y)));
    y += Math.max(...row.map(({ height }) => height)) + (first + columns < panels.length ? gap : 0);
  }
  return { height: y, marks };
}

function drawPanel(panel: Panel, room: Room): Drawn {
  switch (panel.kind) {
    case 'lines':
      return drawLines(panel, room);
    case 'forest':
      return drawForest(panel, room);
    case 'cells':
      return drawCells(panel, room);
    case 'bars':
      return drawBars(panel, room);
    case 'points':
      return drawPoints(panel, room);
    case 'parallel':
      return drawParallel(panel, room);
  }
}
