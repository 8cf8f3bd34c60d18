/** Drawn pictures against those that NumPy composed (images.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { artOf } from '#lab/tasks/images/art.ts';
import { drawScene } from '#lab/tasks/images/draw.ts';
import { npyHeader } from '#lab/tasks/images/splits.ts';
import { pictureShape } from '#lab/tasks/images/shape.ts';

interface Golden {
  /** What NumPy writes into the header of an array of bytes. */
  headers: { shape: number[]; header: string }[];
  /** 28 × 28 bytes each, hexadecimal. */
  digits: string;
  cases: {
    shape: [grid: number, cell_size: number, columns: number, rows: number];
    scenes: {
      chosen: number[];
      tag: string | null;
      marked: number | null;
      size: number[];
      picture: string;
    }[];
  }[];
}

const { digits, cases, headers } = JSON.parse(
  readFileSync(new URL('images.json', import.meta.url), 'utf8'),
) as Golden;
const pixels = Buffer.from(digits, 'hex');

describe.each(cases)('pictures of shape $shape', ({ shape: sizes, scenes }) => {
  const [grid, cell_size, columns, rows] = sizes;
  const shape = pictureShape({ grid, cell_size }, { columns, rows });
  const art = artOf({ pixels }, cell_size);

  it.each(scenes)('tag $tag, mark $marked', ({ chosen, tag, marked, size, picture }) => {
    const scene = { alias: 0, tag, cell: marked, labels: [] };
    const alias = { digits: chosen };
    const drawn = new Uint8Array(shape.height * shape.width);
    drawScene(drawn, 0, { scene, alias, shape, art }, (label) => label);
    expect([shape.height, shape.width]).toEqual(size);
    expect(Buffer.from(drawn).toString('hex')).toBe(picture);
  });
});

it.each(headers)('an array of shape $shape begins as NumPy writes it', ({ shape, header }) => {
  const bytes = npyHeader(shape);
  // Format 1.0: magic text, version, length of the text that follows, which ends with a line break.
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
  expect(bytes.readUInt16LE(8)).toBe(bytes.length - 10);
  expect([bytes.length % 64, bytes.at(-1)]).toEqual([0, 0x0a]);
  expect(bytes.subarray(10).toString('latin1').trim()).toBe(header);
});
