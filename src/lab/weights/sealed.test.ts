import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { UserError } from '#shared/errors.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'credence-sealed-'));
const path = join(folder, 'a.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

const FILE = {
  tensors: {
    '1': { shape: [3], data: new Float32Array([1, 2, 3]) },
    '0': { shape: [2], data: new Int32Array([4, 5]) },
    empty: { shape: [0], data: new Float32Array(0) },
  },
  metadata: { position: '{"step":12}', 'credence.sha25': 'x', text: '"credence.sha256":"00"' },
};

it('finds any bit of a sealed file that flipped, and reads it as it was otherwise', () => {
  writeSafetensors(path, FILE, { sealed: true });
  expect(readSafetensors(path)).toEqual(FILE);
  const bytes = readFileSync(path);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
      const flipped = Uint8Array.from(bytes);
      flipped[at] ^= 1 << bit;
      writeFileSync(path, flipped);
      try {
        // The name of the seal alone may lose a bit unseen, which harms nothing.
        const { tensors, metadata } = readSafetensors(path);
        expect([tensors, metadata.position]).toEqual([FILE.tensors, FILE.metadata.position]);
        return Object.keys(metadata).length === 4;
      } catch (error) {
        return error instanceof UserError && ['weights.damaged', 'weights.dtype'].includes(error.code);
      }
    }),
    { numRuns: 500 },
  );
});

it('removes what killed processes left, and leaves what another one writes', () => {
  const left = ['.tmp', '.999999999.tmp', `.${process.pid}.tmp`, `.${process.ppid}.tmp`, '.x.tmp'];
  for (const name of left) writeFileSync(path + name, 'half');
  writeSafetensors(path, FILE);
  expect(readdirSync(folder).toSorted()).toEqual(
    ['a.safetensors', `a.safetensors.${process.ppid}.tmp`, 'a.safetensors.x.tmp'].toSorted(),
  );
});
