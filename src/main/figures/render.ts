/** A figure as a file: SVG, PDF, PNG, or its numbers. */
import type { FigureFormat } from '#shared/api/figures.ts';
import { figureCsv } from './data.ts';
import { lacking } from './font.ts';
import { layOut } from './lay-out.ts';
import type { PaperFigure } from './model.ts';
import { sheetPdf } from './pdf.ts';
import { sheetPng } from './png.ts';
import { isCrowded } from './parallel-panel.ts';
import type { FigureSize } from './size.ts';
import { sheetSvg } from './svg.ts';

/** @returns the bytes of the file, the same for the same figure and size wherever it is made */
export async function renderFigure(
  figure: PaperFigure,
  size: FigureSize,
  format: FigureFormat,
): Promise<Buffer> {
  switch (format) {
    case 'svg':
      return Buffer.from(sheetSvg(layOut(figure, size)));
    case 'pdf':
      return sheetPdf(layOut(figure, size));
    case 'png':
      return sheetPng(layOut(figure, size));
    case 'csv':
      return Buffer.from(figureCsv(figure));
  }
}

/** What the figure shows otherwise than it should, in words. */
export function figureRemarks(figure: PaperFigure, size: FigureSize): string[] {
  const missing = lacking(
    layOut(figure, size).marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : [])),
  );
  const crowded = figure.panels.some((panel) => panel.kind === 'parallel' && isCrowded(panel, size));
  return [
    ...(missing.length === 0
      ? []
      : [
          `the font of figures (Inter) has no ${missing.map((letter) => `"${letter}"`).join(', ')}: boxes stand in their place`,
        ]),
    ...(crowded
      ? [
          'the axes are too close for all that is written on them: make the figure wider, or take fewer columns',
        ]
      : []),
  ];
}
