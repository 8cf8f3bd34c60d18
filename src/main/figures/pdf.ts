/** A figure as PDF of one page: vectors, and text set in the font that is embedded as a TrueType subset. */
import PDFDocument from 'pdfkit';
import { notationParts, SHIFTED_SIZE, SHIFTS } from '#shared/notation.ts';
import { FEATURES, fontBytes, widthOf, type Weight } from './font.ts';
import type { PathMark, Sheet, TextMark } from './marks.ts';

/** The same figure is the same file, whenever it is made. */
const DATE = new Date(0);

/** @returns the document's bytes, the same for the same sheet */
export async function sheetPdf({ width, height, title, description, marks }: Sheet): Promise<Buffer> {
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    font: '',
    info: {
      Title: title,
      Subject: description,
      CreationDate: DATE,
      ModDate: DATE,
      Creator: 'Credence',
      Producer: 'Credence',
    },
  });
  const whole = bytesOf(document);
  for (const weight of ['regular', 'bold'] as const) document.registerFont(weight, fontBytes(weight));
  for (const mark of marks)
    if (mark.kind === 'text') drawText(document, mark);
    else drawPath(document, mark);
  document.end();
  return whole;
}

function bytesOf(document: PDFKit.PDFDocument): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const parts: Buffer[] = [];
  document.on('data', (part: Buffer) => parts.push(part));
  document.on('end', () => resolve(Buffer.concat(parts)));
  document.on('error', reject);
  return promise;
}

function drawPath(
  document: PDFKit.PDFDocument,
  { d, fill, opacity = 1, stroke, width = 1, dash }: PathMark,
): void {
  document.save();
  document.path(d).lineWidth(width).lineJoin('round');
  if (dash) document.dash(dash[0], { space: dash[1] });
  if (fill) document.fillColor(fill, opacity);
  if (stroke) document.strokeColor(stroke);
  if (fill && stroke) document.fillAndStroke();
  else if (fill) document.fill();
  else document.stroke();
  document.restore();
}

function drawText(
  document: PDFKit.PDFDocument,
  { x, y, text, size, colour, anchor, bold, turned }: TextMark,
): void {
  const weight: Weight = bold ? 'bold' : 'regular';
  document.save().font(weight).fillColor(colour);
  if (turned) document.rotate(-90, { origin: [x, y] });
  const share = { start: 0, middle: 0.5, end: 1 }[anchor];
  let left = x - share * widthOf(text, size, weight);
  for (const part of notationParts(text)) {
    const drawn = part.shift === 'none' ? size : size * SHIFTED_SIZE;
    document.fontSize(drawn).text(part.text, left, y + SHIFTS[part.shift] * size, {
      lineBreak: false,
      baseline: 'alphabetic',
      features: FEATURES as never,
    });
    left += widthOf(part.text, drawn, weight);
  }
  document.restore();
}
