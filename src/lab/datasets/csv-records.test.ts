import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenQuote, RowSplitter, type TableRow } from './csv-records.ts';

/** Splits a text that comes in pieces of a size. */
function split(text: string, delimiter = ',', piece = text.length || 1, skip = 0): TableRow[] {
  const rows: TableRow[] = [];
  const splitter = new RowSplitter(delimiter, (row) => void rows.push(row), skip);
  for (let at = 0; at < text.length; at += piece) splitter.add(text.slice(at, at + piece));
  splitter.add('', true);
  return rows;
}
const cellsOf = (text: string, delimiter?: string) => split(text, delimiter).map(({ cells }) => cells);
const tableOf = (cell: fc.Arbitrary<string>) =>
  fc
    .integer({ min: 2, max: 5 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    );

describe('rows of well-formed text', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'ß', ' ', '"', ',', ';', '|', '\n', '\r\n', '7', '#'),
  });

  it('are read back as they were written, in pieces of any size', () => {
    fc.assert(
      fc.property(
        tableOf(cell),
        fc.constantFrom(',', ';', '|'),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        (rows, delimiter, end, piece, quoted) => {
          const text = stringify(rows, {
            delimiter,
            record_delimiter: end,
            quoted,
            quoted_match: /^ |[\r\n]/,
          });
          expect(split(text, delimiter, piece).map(({ cells }) => cells)).toEqual(rows);
        },
      ),
    );
  });

  it('of tabs are read back as they are, quotes and all, where no cell holds a tab or a line end', () => {
    const plain = fc
      .string({ unit: fc.constantFrom('a', '"', ',', "'", '9', 'é') })
      .filter((text) => !/^".*"$/.test(text));
    fc.assert(
      fc.property(tableOf(plain), fc.integer({ min: 1, max: 9 }), (rows, piece) => {
        const table = [rows[0].map((_, i) => `column ${i}`), ...rows];
        const text = table.map((row) => `${row.join('\t')}\n`).join('');
        expect(split(text, '\t', piece).map(({ cells }) => cells)).toEqual(table);
      }),
    );
  });

  it('are told by the line that each begins in', () => {
    fc.assert(
      fc.property(
        tableOf(cell),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.integer({ min: 1, max: 5 }),
        (rows, end, piece) => {
          const written = rows.map((row) => stringify([row], { record_delimiter: end, quoted: true }));
          let line = 1;
          const begins = written.map((text) => {
            const begin = line;
            line += (text.match(/\r\n|\n|\r/g) ?? []).length;
            return begin;
          });
          expect(split(written.join(''), ',', piece).map((row) => row.line)).toEqual(begins);
        },
      ),
    );
  });
});

describe('text that breaks the rules', () => {
  it('has its cells without a space before a quote, and says so', () => {
    expect(split('a, "b, c" ,d\n')).toEqual([{ cells: ['a', 'b, c', 'd'], line: 1, remarks: ['space'] }]);
    expect(cellsOf('a, b "c" ,d')).toEqual([['a', ' b "c" ', 'd']]);
  });

  it.each([
    [
      'a lone quote in a tab-separated cell',
      'x\ty\n1\t"half\n2\twhole\n',
      '\t',
      ['x y', '1 "half', '2 whole'],
      [2],
    ],
    ['two of them', 'x\ty\n1\t"half\n2\tother"\n3\tz\n', '\t', ['x y', '1 "half', '2 other"', '3 z'], [2]],
    ['text behind a closing quote', 'x\ty\n"Odd" film\t1\n', '\t', ['x y', '"Odd" film 1'], [2]],
    ['the same with commas', 'x,y\n"Odd" film,1\n2,3\n', ',', ['x y', '"Odd" film 1', '2 3'], [2]],
    [
      'a quote open until the next quoted cell',
      'x,y\na,"b\nc,d\ne,"f"\n',
      ',',
      ['x y', 'a "b', 'c d', 'e f'],
      [2],
    ],
    [
      'quotes that are not doubled',
      'x,y\n"the "best" of, all",1\n',
      ',',
      ['x y', 'the "best" of, all 1'],
      [2],
    ],
    ['a last quote that never closes, between tabs', 'x\ty\n1\t"end', '\t', ['x y', '1 "end'], [2]],
  ])('keeps every row: %s', (_, text, delimiter, rows, lines) => {
    for (const piece of [1, 3, 100]) {
      const read = split(text, delimiter, piece);
      expect(read.map(({ cells }) => cells.join(' '))).toEqual(rows);
      expect(read.filter(({ remarks }) => remarks.includes('quote')).map(({ line }) => line)).toEqual(lines);
    }
  });

  it('says where quoted cells go over lines, and where these look like rows', () => {
    expect(split('x,y\n1,"a\nb"\n').map(({ remarks }) => remarks)).toEqual([[], ['lines']]);
    expect(split('x,y\n1,"a\n2,b\n3,c"\n4,d\n').map(({ remarks }) => remarks)).toEqual([[], ['rows'], []]);
    expect(split('x\ty\n1\t"a\nb"\n', '\t').map(({ cells }) => cells)).toEqual([
      ['x', 'y'],
      ['1', 'a\nb'],
    ]);
  });

  it('stops at a quote between commas that never closes, with its line, also when there is no end in sight', () => {
    expect(() => split('x,y\n"a\nb",1\n2,"c\nd\n')).toThrow(new OpenQuote(4));
    expect(() => split(`x,y\n1,"${'a\n'.repeat(600_000)}`, ',', 65_536)).toThrow(new OpenQuote(2));
  });

  it('skips lines at the top as they are, whatever quotes they hold', () => {
    expect(split('# it\'s "odd\n#\nx,y\n', ',', 2, 2)).toEqual([{ cells: ['x', 'y'], line: 3, remarks: [] }]);
  });

  it('reads any text to its end, or names the open quote', () => {
    const any = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', '\t', '\n', '\r') });
    fc.assert(
      fc.property(
        any,
        fc.constantFrom(',', '\t'),
        fc.integer({ min: 1, max: 5 }),
        (text, delimiter, piece) => {
          const read = (size: number) => {
            try {
              return split(text, delimiter, size);
            } catch (error) {
              return (error as OpenQuote).line;
            }
          };
          expect(read(piece)).toEqual(read(text.length || 1));
        },
      ),
      { numRuns: 500 },
    );
  });
});
