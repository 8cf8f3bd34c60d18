/** Parquet files that pyarrow wrote (test/golden/parquet.py): read to what its own reader finds, or refused whole. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '#shared/errors.ts';
import { temporaryFolder } from '#test/credence.ts';
import { readNumbers } from '#test/read-series.ts';
import { readSeriesAt } from './import-series.ts';

const GOLDEN = fileURLToPath(new URL('../../../test/golden/parquet/', import.meta.url));

type Row = Record<string, unknown> & { eval?: Record<string, unknown> };

const { files } = JSON.parse(readFileSync(path.join(GOLDEN, 'expected.json'), 'utf8')) as {
  files: Record<string, Row[]>;
};
const at = (name: string) => path.join(GOLDEN, name);

/** `epoch step subset value` of each number that a run logged; one that is not finite is null in the history. */
function logged(...names: string[]): string[] {
  return names
    .flatMap((name) => files[name]!)
    .flatMap((row) => {
      const numbers = {
        d1consis: row['eval/d1consis_EM'],
        d2consis: row['eval/d2consis_EM'],
        qd1consis: row.eval!.qd1consis_loss,
        qd2incons: row.eval!.qd2incons_loss,
      };
      return Object.entries(numbers).flatMap(([subset, value]) =>
        value === null || value === undefined
          ? []
          : [
              [row['train/epoch'], row['train/global_step'], subset, value === 'NaN' ? 'null' : value].join(
                ' ',
              ),
            ],
      );
    })
    .sort();
}

const read = (name: string) => readNumbers(at(name));

describe('Parquet', () => {
  it('of histories that W&B exports: parts of a run are one run, drawn things are none', async () => {
    const { config, found } = await read('exports');
    const [abc, def] = ['lab_trust_abc', 'lab_trust_def'].map((run) => `exports/${run}`);
    expect(found.map(({ numbers }) => numbers)).toEqual([
      logged(`${abc}_0.runhistory.parquet`, `${abc}_1.runhistory.parquet`),
      logged(`${def}_0.runhistory.parquet`),
    ]);
    expect(config.source.runs.map(({ run }) => run)).toEqual([abc, def]);
    expect(new Set(config.source.files.map(({ kind }) => kind))).toEqual(new Set(['parquet']));
    expect(config.source.columns).toContainEqual({
      column: 'weights',
      becomes: 'ignore',
      why: 'histogram of W&B, which is no number',
    });
    expect(config.source.columns).toContainEqual(
      expect.objectContaining({ column: 'eval/d1consis_EM', becomes: 'd1consis/exact_match' }),
    );
  });

  it('of an artefact of a history, numbered in its folder', async () => {
    const { config, found } = await read('artefacts');
    const folder = 'artefacts/run-xyz-history-v0';
    expect(found.map(({ numbers }) => numbers)).toEqual([
      logged(`${folder}/0000.parquet`, `${folder}/0001.parquet`),
    ]);
    expect(config.source.runs.map(({ run }) => run)).toEqual([folder]);
  });

  it.each(['frame.parquet', 'packed/none.parquet', 'packed/snappy.parquet', 'packed/brotli.parquet'])(
    'of a data frame, a row a subset, however it is packed: %s',
    async (name) => {
      const { runs } = await readSeriesAt(at(name));
      const found = runs.flatMap(({ seed, evaluations }) =>
        [...evaluations()].flatMap(({ stage, epoch, metrics }) =>
          metrics.map(({ subset, exact_match }) => [seed, stage, epoch, subset, exact_match].join(' ')),
        ),
      );
      const rows = files[name]!.map(({ seed, stage, epoch, subset, exact_match }) =>
        [seed, stage, epoch, subset, exact_match].join(' '),
      );
      expect(found.sort()).toEqual(rows.sort());
      expect(rows.length).toBeGreaterThan(7);
    },
  );

  it('is refused with file, place and remedy where it cannot be read, or holds no number', async () => {
    await expect(readSeriesAt(at('packed/lz4.parquet'))).rejects.toThrow(
      /^"lz4\.parquet" is no whole Parquet file that can be read \(.*LZ4.*\); download or write it again, packed by snappy, /,
    );
    await expect(readSeriesAt(at('text.parquet'))).rejects.toThrow(
      '"text.parquet", row 1: "high" in "eval_d1consis_EM" is no number; mend it',
    );
    await expect(readSeriesAt(at('empty.parquet'))).rejects.toMatchObject({ code: 'series.nothing' });
  });

  it('is refused whole wherever it is cut off', async () => {
    const file = path.join(temporaryFolder(), 'cut.parquet');
    const bytes = readFileSync(at('frame.parquet'));
    const lengths = [
      0,
      1,
      4,
      7,
      8,
      12,
      bytes.length >> 1,
      bytes.length - 9,
      bytes.length - 4,
      bytes.length - 1,
    ];
    for (const length of lengths) {
      writeFileSync(file, bytes.subarray(0, length));
      await expect(readSeriesAt(file), String(length)).rejects.toMatchObject({
        code: 'series.parquet',
        message: expect.stringContaining('"cut.parquet" is no whole Parquet file') as string,
      });
    }
  });

  it('with any bytes changed is read or refused with one error', async () => {
    const file = path.join(temporaryFolder(), 'changed.parquet');
    cpSync(at('exports/lab_trust_abc_0.runhistory.parquet'), file);
    const bytes = readFileSync(file);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const changed = Buffer.from(bytes);
        for (const [place, value] of changes) changed[place] = value;
        writeFileSync(file, changed);
        try {
          await readSeriesAt(file);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as UserError).message).toContain('changed.parquet');
        }
      }),
      { numRuns: 150 },
    );
  });
});
