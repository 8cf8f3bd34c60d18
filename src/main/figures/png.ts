/** A figure as PNG at 300 dots per inch, drawn by resvg with the font that ships, and marked with that density. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import { initWasm, Resvg, type ResvgRenderOptions } from '@resvg/resvg-wasm';
import { UserError } from '#shared/errors.ts';
import { fontBytes } from './font.ts';
import type { Sheet } from './marks.ts';
import { sheetSvg } from './svg.ts';

const DPI = 300;
/** Of an inch. */
const POINTS = 72;
const CSS_PIXELS = 96;
/** In metres. */
const INCH = 0.0254;

let ready: Promise<void> | undefined;

function loadResvg(): Promise<void> {
  ready ??= initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return ready;
}

/** @returns the file's bytes; as wide as the sheet when printed */
export function sheetPng(sheet: Sheet): Promise<Buffer> {
  return drawn(sheetSvg(sheet), { mode: 'width', value: Math.round((sheet.width / POINTS) * DPI) });
}

/**
 * A chart of the window, whose lengths are pixels of CSS.
 * @returns the file's bytes
 * @throws UserError `figure.svg` for what is no drawing
 */
export async function chartPng(svg: string): Promise<Buffer> {
  try {
    return await drawn(svg, { mode: 'zoom', value: DPI / CSS_PIXELS });
  } catch (error) {
    throw new UserError(
      'figure.svg',
      `svg: it cannot be drawn (${String(error)}); give a whole SVG document`,
    );
  }
}

async function drawn(svg: string, fitTo: ResvgRenderOptions['fitTo']): Promise<Buffer> {
  await loadResvg();
  const drawing = new Resvg(svg, {
    fitTo,
    font: { fontBuffers: [fontBytes('regular'), fontBytes('bold')], defaultFontFamily: 'Inter' },
  });
  try {
    return withDensity(Buffer.from(drawing.render().asPng()), Math.round(DPI / INCH));
  } finally {
    drawing.free();
  }
}

/** Signature and IHDR: what any PNG begins with (PNG specification, 5.2 and 11.2.2). */
const HEAD = 8 + 25;

/** Puts a `pHYs` chunk (11.3.4.3) behind the header. @param perMetre pixels */
function withDensity(png: Buffer, perMetre: number): Buffer {
  const body = Buffer.alloc(13);
  body.write('pHYs', 'latin1');
  body.writeUInt32BE(perMetre, 4);
  body.writeUInt32BE(perMetre, 8);
  body.writeUInt8(1, 12);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, HEAD), length, body, sum, png.subarray(HEAD)]);
}
