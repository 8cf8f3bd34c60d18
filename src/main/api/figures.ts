/** API: figures for paper. */
import type { FigureFormat, FigureReplies } from '#shared/api/figures.ts';
import type { Handlers } from '#shared/contract.ts';
import { figureOf } from '../figures/figure.ts';
import { chartPng } from '../figures/png.ts';
import { figureRemarks, renderFigure } from '../figures/render.ts';
import { parseFont, parseWidth } from '../figures/size.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

const MIMES: Record<FigureFormat, string> = {
  pdf: 'application/pdf',
  svg: 'image/svg+xml',
  png: 'image/png',
  csv: 'text/csv',
};

export function figureHandlers({ history, table }: Context): Pick<Handlers, keyof FigureReplies> {
  return {
    'export.chartPng': async ({ svg }) => ({ base64: (await chartPng(svg)).toString('base64') }),
    'export.paperFigure': async ({ format, width, font, ...asked }) => {
      const size = { width: parseWidth(width), font: parseFont(font) };
      const figure = figureOf(history, table, asked);
      const bytes = await renderFigure(figure, size, format);
      return {
        file_name: fileNameOf(figure.title.replace(': ', '-'), format),
        mime: MIMES[format],
        base64: bytes.toString('base64'),
        remarks: figureRemarks(figure, size),
      };
    },
  };
}
