import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors, type WeightsFile } from './safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'credence-weights-'));
const path = join(folder, 'model.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

/** The same values as in test/golden/weights.py. */
const GOLDEN: WeightsFile = {
  tensors: {
    'a.weight': { shape: [2, 3], data: new Float32Array([1.5, -2.25, 3e-8, 0.1, 3.4028234663852886e38, -0]) },
    'b.bias': { shape: [0], data: new Float32Array(0) },
    'c.step': { shape: [], data: new Int32Array([7]) },
    'd.ids': { shape: [3], data: new Int32Array([-1, 2 ** 31 - 1, -(2 ** 31)]) },
  },
  metadata: { config: '{"name":"Ḋ₁ᶜᵒⁿˢ"}' },
};

function write(header: unknown, data = new Uint8Array(0)): void {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([length, json, data]));
}

const f32 = (shape: number[], data_offsets: number[]) => ({ dtype: 'F32', shape, data_offsets });
const codeOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return 'nothing thrown';
};

describe('safetensors', () => {
  it('reads what the reference library writes, and writes the same bytes', () => {
    const url = new URL('../../../test/golden/weights.json', import.meta.url);
    const golden = JSON.parse(readFileSync(url, 'utf8')) as { base64: string };
    const bytes = Buffer.from(golden.base64, 'base64');
    writeFileSync(path, bytes);
    expect(readSafetensors(path)).toEqual(GOLDEN);
    writeSafetensors(path, GOLDEN);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('reads back what it writes, and leaves no temporary file', () => {
    const bytes = writeSafetensors(path, GOLDEN);
    expect(readSafetensors(path)).toEqual(GOLDEN);
    expect(readFileSync(path).length).toBe(bytes);
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
  });

  it('starts the data at a multiple of 8 whatever the header', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.string()),
        fc.array(fc.float({ noNaN: true })),
        (metadata, values) => {
          const tensors = { x: { shape: [values.length], data: Float32Array.from(values) } };
          writeSafetensors(path, { tensors, metadata });
          const read = readSafetensors(path);
          expect(read.tensors).toEqual(tensors);
          expect({ ...read.metadata }).toEqual({ ...metadata });
          expect((readFileSync(path).length - values.length * 4) % 8).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes any string as a name', () => {
    const tensors = Object.fromEntries(
      ['__proto__', 'constructor', ''].map((name) => [name, { shape: [1], data: new Float32Array(1) }]),
    );
    const metadata = Object.fromEntries([['__proto__', 'x']]);
    writeSafetensors(path, { tensors, metadata });
    const read = readSafetensors(path);
    expect(Object.entries(read.tensors)).toEqual(Object.entries(tensors));
    expect(Object.entries(read.metadata)).toEqual([['__proto__', 'x']]);
  });

  it('refuses a file cut off anywhere', () => {
    const bytes = writeSafetensors(path, GOLDEN);
    for (let length = bytes - 1; length >= 0; length -= 7) {
      truncateSync(path, length);
      expect(codeOf(() => readSafetensors(path))).toBe('weights.damaged');
    }
  });

  it.each([
    ['text', () => writeFileSync(path, 'this is no weights file at all')],
    ['a header that is no JSON', () => write('{nonsense')],
    ['a header that is a list', () => write([])],
    ['overlapping tensors', () => write({ a: f32([1], [0, 4]), b: f32([1], [0, 4]) }, new Uint8Array(4))],
    ['a gap', () => write({ a: f32([1], [4, 8]) }, new Uint8Array(8))],
    ['a shape that does not fit', () => write({ a: f32([3], [0, 8]) }, new Uint8Array(8))],
    ['bytes left over', () => write({ a: f32([1], [0, 4]) }, new Uint8Array(8))],
    ['a negative offset', () => write({ a: f32([1], [-4, 0]) }, new Uint8Array(0))],
    ['metadata that is not text', () => write({ __metadata__: { a: 1 } })],
  ])('names the damage: %s', (_name, prepare) => {
    prepare();
    expect(codeOf(() => readSafetensors(path))).toBe('weights.damaged');
  });

  it('says which type it cannot read, and what is missing', () => {
    write({ a: { dtype: 'BF16', shape: [1], data_offsets: [0, 2] } }, new Uint8Array(2));
    expect(() => readSafetensors(path)).toThrow(/"a" in a type other than float32 and int32/);
    expect(codeOf(() => readSafetensors(join(folder, 'none')))).toBe('weights.missing');
    expect(codeOf(() => readSafetensors(folder))).toBe('weights.missing');
  });

  it('keeps the old file when the new one cannot be written', () => {
    writeSafetensors(path, GOLDEN);
    expect(codeOf(() => writeSafetensors(join(folder, 'none', 'x'), GOLDEN))).toBe('weights.write-failed');
    const wrong = { tensors: { x: { shape: [2], data: new Float32Array(3) } }, metadata: {} };
    expect(() => writeSafetensors(path, wrong)).toThrow('tensor x: shape [2] does not hold 3 values');
    expect(readSafetensors(path)).toEqual(GOLDEN);
  });
});
