/** A figure as PNG at 300 dots per inch, drawn by resvg with the font that ships, and marked with that density. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { fontBytes } from './font.ts';
import type { Sheet } from './marks.ts';
import { sheetSvg } from './svg.ts';

const DPI = 300;
const POINTS = 72;
const INCH = 0.0254;

let ready: Promise<void> | undefined;

function loadResvg(): Promise<void> {
  ready ??= initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return ready;
}

/** @returns the file's bytes; as wide as the sheet when printed */
export async function sheetPng(sheet: Sheet): Promise<Buffer> {
  await loadResvg();
  const drawing = new Resvg(sheetSvg(sheet), {
    fitTo: { mode: 'width', value: Math.round((sheet.width / POINTS) * DPI) },
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
