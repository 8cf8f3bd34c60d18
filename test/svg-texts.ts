/** Reading drawings as people do. */
import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom';
import { notationParts } from '#shared/notation.ts';

/** What is written in a drawing, line by line. Throws where it is not well-formed XML. */
export function svgTexts(svg: string): string[] {
  const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(svg, 'image/svg+xml');
  if (document.documentElement?.nodeName !== 'svg') throw new Error('no SVG');
  return Array.from(document.getElementsByTagName('text'), (text) =>
    text.textContent!.replaceAll('\u00a0', ' '),
  );
}

/** The paper's notation as it is written: raised and lowered letters are plain ones of another size. */
export const writtenText = (notation: string) =>
  notationParts(notation)
    .map(({ text }) => text)
    .join('');
