/** A figure as it stands in a report: drawn as for paper, as wide as a page of the web. */
import { layOut } from '../figures/lay-out.ts';
import type { PaperFigure } from '../figures/model.ts';
import type { FigureSize } from '../figures/size.ts';
import { sheetSvg } from '../figures/svg.ts';

/** 960 pixels, and letters of 12. */
const PAGE: FigureSize = { width: 720, font: 9 };

/** @returns an SVG document; a page's style sheet may give its classes other colours */
export function pageSvg(figure: PaperFigure): string {
  return sheetSvg(layOut(figure, PAGE));
}
