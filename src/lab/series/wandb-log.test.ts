/** Logs that W&B's own library wrote, and what W&B's own reader found in them (test/golden/wandb-runs.py). */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserError } from '#shared/errors.ts';
import { readWandbLog } from './wandb-log.ts';
import { decodeWandbRecord } from './wandb-proto.ts';

const GOLDEN = new URL('../../../test/golden/wandb/', import.meta.url);
const bytesOf = (id: string) => readFileSync(new URL(`runs/offline-run-${id}/run-${id}.wandb`, GOLDEN));
const expected = JSON.parse(readFileSync(new URL('expected.json', GOLDEN), 'utf8')) as Record<
  string,
  { records: number; rows: object[] }
>;

async function read(bytes: Uint8Array, size = bytes.length) {
  const found: Buffer[] = [];
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  const end = await readWandbLog('a.wandb', chunks, (record) => found.push(Buffer.from(record)));
  return { found, end };
}

test.each(['golden3', 'golden5'])('the records of %s are those that W&B reads', async (id) => {
  const { found, end } = await read(bytesOf(id), 777);
  expect(end).toEqual({ records: expected[id].records, cut: 0 });
  const histories = found.map(decodeWandbRecord).filter(({ history }) => history !== null);
  expect(histories).toHaveLength(expected[id].rows.length);
});

test('a log goes on over its blocks', () => {
  expect(bytesOf('golden3').length).toBeGreaterThan(32 * 1024);
});

test('wherever a log is cut, what was whole is read and the rest is told', async () => {
  const whole = bytesOf('golden3');
  const { found: all, end: full } = await read(whole);
  for (let length = 7 + 7 + whole.readUInt16LE(7 + 4); length < whole.length; length += 401) {
    const { found, end } = await read(whole.subarray(0, length));
    expect(all.slice(0, found.length)).toEqual(found);
    expect(end.records).toBeLessThan(full.records);
    expect(await read(whole.subarray(0, length - end.cut))).toMatchObject({ found, end: { cut: 0 } });
  }
});

test('a flipped bit anywhere is found: refused, or what is from there on is told as no whole record', async () => {
  const whole = bytesOf('golden5');
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] ^= 1 << (bit & 7);
      const outcome = await read(bytes).catch((error: unknown) => error);
      if (outcome instanceof UserError) expect(outcome.code).toBe('series.wandb');
      else expect((outcome as Awaited<ReturnType<typeof read>>).end.cut).toBeGreaterThan(0);
    }),
  );
});

test('any bytes behind the header give records or one error', async () => {
  const head = bytesOf('golden5').subarray(0, 7);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await read(Buffer.concat([head, bytes])).catch((error: unknown) => {
        expect(error).toBeInstanceOf(UserError);
      });
    }),
  );
});
