import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '#shared/errors.ts';
import { readEventFile, type ScalarEvent } from './event-file.ts';

const GOLDEN = new URL('../../../test/golden/event-files/', import.meta.url);
const bytesOf = (name: string) => readFileSync(new URL(`${name}.tfevents`, GOLDEN));
const expected = JSON.parse(readFileSync(new URL('expected.json', GOLDEN), 'utf8')) as Record<
  string,
  (Omit<ScalarEvent, 'value'> & { value: number | null })[]
>;

async function read(bytes: Uint8Array, size = bytes.length) {
  const found: ScalarEvent[] = [];
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  const end = await readEventFile('a.tfevents', chunks, (scalar) => found.push(scalar));
  return { found, end };
}

test.each(['scalars', 'tensors'])('%s that PyTorch wrote are those that TensorBoard reads', async (name) => {
  const { found, end } = await read(bytesOf(name), 7);
  expect(found.map((each) => ({ ...each, value: Number.isNaN(each.value) ? null : each.value }))).toEqual(
    expected[name],
  );
  expect(end).toMatchObject({ cut: 0, others: 2 });
});

test('wherever a file is cut, what was whole is read and the rest is told', async () => {
  const whole = bytesOf('scalars');
  const { found: all, end: full } = await read(whole);
  const first = 16 + Number(whole.readBigUInt64LE(0));
  for (let length = first; length < whole.length; length += 7) {
    const { found, end } = await read(whole.subarray(0, length));
    expect(all.slice(0, found.length)).toEqual(found);
    expect(end.records).toBeLessThan(full.records);
    expect(await read(whole.subarray(0, length - end.cut))).toMatchObject({ found, end: { cut: 0 } });
  }
});

test('a flipped bit anywhere is found', async () => {
  const whole = bytesOf('tensors');
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] ^= 1 << (bit & 7);
      await expect(read(bytes)).rejects.toMatchObject({ code: 'series.event-file' });
    }),
  );
});

test('any bytes give scalars or one error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await read(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(UserError));
    }),
  );
});
