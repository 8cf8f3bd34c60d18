/** What is decided to read a table, and that the report says it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CsvConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { reportLines, reportSummary } from '#shared/table-report.ts';
import { loadCsv } from './csv.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'credence-reading-'))));
afterAll(() => rm(folder, { recursive: true }));

let tables = 0;
async function load(content: string | Buffer, options: Partial<CsvConfig> = {}) {
  const path = join(folder, `table-${tables++}.csv`);
  await writeFile(path, content);
  const { dataset } = languageSchema.parse({ dataset: { kind: 'csv', path, ...options } });
  const kb = await loadCsv(dataset as CsvConfig, 0);
  return { ...kb, table: kb.report.table!, said: reportLines(kb.report).map(({ text }) => text) };
}
const latin = (text: string) => Buffer.from(text, 'latin1');
const ROWS = 'Zoë,é,1\nLin,ü,2\nBo,ö,3\n';

/** What a name must not hold where it is shown. */
// eslint-disable-next-line no-control-regex
const ACTING = /[\u0000-\u001f\u202e]/;

describe('the encoding', () => {
  it('is UTF-8 in spite of a stray byte; its row is left out, with its line', async () => {
    const kb = await load(Buffer.concat([Buffer.from(`name,x,y\n${ROWS}`), latin('Ren\xe9,a,4\nUlf,ß,5\n')]));
    expect(kb.table.encoding.value).toBe('utf-8');
    expect(kb.table.encoding.why).toContain('first in line 5');
    expect(kb.entities).toEqual(['Zoë', 'Lin', 'Bo']);
    expect(kb.report.dropped).toMatchObject([{ count: 2, line: 5 }]);
    expect(kb.said.join('\n')).toMatch(/encoding: UTF-8 .*\n[^]*left out 2: characters that cannot be read/);
  });

  it('is Windows-1252 where most is not UTF-8: quotes and € are such', async () => {
    const kb = await load(latin('name,x,y\nO\x92Brien \x80,\x93a\x94,1\nZo\xeb,b\x85,2\n'));
    expect(kb.entities).toEqual(['O’Brien €', 'Zoë']);
    expect(kb.facts[0][0]).toEqual(['“a”']);
    expect(kb.table.encoding).toMatchObject({
      value: 'windows-1252',
      why: expect.stringContaining('first in line 2'),
    });
  });

  it.each(['utf-16le', 'utf-16be'] as const)('is %s by its mark', async (encoding) => {
    const bytes = Buffer.from(`\ufeffname\tx\ty\r\nZoë\té\t1\r\nLin\tü\t2`, 'utf16le');
    const kb = await load(encoding === 'utf-16le' ? bytes : bytes.swap16());
    expect(kb.entities).toEqual(['Zoë', 'Lin']);
    expect(kb.table.encoding).toMatchObject({
      value: encoding,
      why: expect.stringContaining('byte order mark'),
    });
  });

  it('is as the config says: UTF-16 without a mark, Latin-1 as before', async () => {
    const kb = await load(Buffer.from(`name,x,y\n${ROWS}`, 'utf16le'), { encoding: 'utf-16' });
    expect(kb.entities[0]).toBe('Zoë');
    const old = await load(latin('name,x,y\nZo\xeb\x80,a,1\nLin,b,2\n'), { encoding: 'latin1' });
    expect(old.entities[0]).toBe('Zoë\u0080');
    expect(
      (await load(latin('name,x,y\nZo\xeb\x80,a,1\nLin,b,2\n'), { encoding: 'windows-1252' })).entities[0],
    ).toBe('Zoë€');
  });
});

/** First row, rows below, and whether the first names the columns: true, false, or assumed (null). */
const HEADERS: [string, string, string, boolean | null][] = [
  ['years', 'Country Name,1990,2000', 'Norway,4.2,1\nPeru,21,33\nMali,8,14', null],
  [
    'years over large numbers',
    'Land,Code,1990,2000,2010',
    'Norway,NO,1500,1800,2000\nPeru,PE,900,2100,3000',
    null,
  ],
  ['one year', 'Land,Code,2020', 'Norway,NO,5\nPeru,PE,32', null],
  ['dates', 'Place,2020-01-01,2020-01-02', 'Oslo,4,5\nLima,7,8', true],
  ['0, 1, 2, as pandas writes them', ',0,1,2', 'Ada,5.5,a,7\nBo,1.5,b,7', true],
  ['0, 1, 2 over words and numbers', '0,1,2', 'Ada,5.5,a\nBo,1.5,b', null],
  ['1, 2, 3 over ids and words', '1,2,3', '17,smith,Riga\n18,baker,Oslo', null],
  ['years as pandas writes those of gaps', 'Land,1990.0,2000.0', 'Norway,4.2,1\nPeru,21,33', null],
  ['shares that grow', 'Land,10%,20%,30%', 'Norway,1%,2%,3%\nPeru,2%,1%,4%', null],
  ['two shares over plain numbers', 'Land,10%,20%', 'Norway,1.5,2.5\nPeru,2.5,1.5', null],
  ['data: shares as those below', 'Ada,10%,20%', 'Lin,5%,40%\nBo,7%,3%', false],
  ['times that grow', 'Stop,08:00,09:00,10:00', 'Main,4,5,7\nPark,3,8,1', null],
  ['data: times that grow', 'Ada,08:10,09:20,10:05', 'Lin,08:00,09:40,10:30\nBo,08:30,09:00,10:00', false],
  ['all text', 'Figure,craft,town', 'Ada,smith,Riga\nBo,baker,Oslo\nCy,smith,Lima', null],
  ['all text, another way', 'Sorte,Farbe,Ort', 'Ada,rot,Riga\nBo,blau,Oslo', null],
  ['an empty first cell, as R writes it', ',"2-9","10-19"', 'a,43,16\nb,6,11', true],
  ['words over numbers', 'who,when,where', 'Ada,1815,x\nLin,1955,y', true],
  ['words over dates', 'who,born,died', 'Ada,1815-12-10,1852-11-27\nLin,1955-01-02,2001-03-04', true],
  ['data: years of birth and death', 'Ada,1815,1852', 'Lin,1955,2001\nBo,1900,1970', false],
  ['data: numbers that go down', 'Ada,172.5,61', 'Lin,160.1,55\nBo,181,80', false],
  ['data: ages and heights', 'Ada,36,172,185', 'Lin,55,160,190\nBo,20,181,184\nCy,36,165,183', false],
  ['data: a value that comes again', 'Ada,f,x', 'Lin,f,y\nBo,m,z', false],
  ['a missing value in the first row of data', 'Ada,NA,x,q', 'Lin,1955,x,q\nBo,1900,y,r', false],
];

describe('the header', () => {
  it.each(HEADERS)('%s', async (_, first, rows, header) => {
    const { table, entities, said } = await load(`${first}\n${rows}\n`);
    expect(table.header).toMatchObject({ value: header !== false, assumed: header === null });
    expect(entities[0]).toBe(header === false ? 'Ada' : rows.split(',')[0]);
    expect(said.find((line) => line.startsWith('header: '))).toContain(table.header.why);
    if (header === null) expect(table.header.why).toContain('set dataset.header to no');
  });

  it('may end in a delimiter, with the rows or without them', async () => {
    for (const text of [
      'name,a,b,\nAda,x,1\nBo,y,2\n',
      'name,a,b,\nAda,x,1,\nBo,y,2,\n',
      'name,a,b\nAda,x,1,\nBo,y,2,\n',
    ]) {
      const kb = await load(text);
      expect(kb.entities).toEqual(['Ada', 'Bo']);
      expect(kb.attributes.map(({ name }) => name)).toEqual(['a', 'b']);
      expect(kb.table.remarks).toHaveLength(1);
    }
  });

  it('may lack the first cell, as R writes it', async () => {
    const kb = await load('"mpg"\t"cyl"\n"Mazda"\t21\t6\n"Fiat"\t30.5\t4\n');
    expect(kb.table.columns).toEqual(['column1', 'mpg', 'cyl']);
    expect(kb.entities).toEqual(['Mazda', 'Fiat']);
    expect(kb.table.remarks[0].text).toContain('as R writes it');
  });

  it('may leave a column without a name, which is said', async () => {
    const kb = await load('name,,b\nAda,x,1\nBo,y,2\n');
    expect(kb.table.remarks).toMatchObject([
      { line: 1, text: 'column without a name: called column2 by its place' },
    ]);
  });

  it('that comes again is no row', async () => {
    const kb = await load('name,a,b\nAda,x,1\nname,a,b\nBo,y,2\n');
    expect(kb.entities).toEqual(['Ada', 'Bo']);
    expect(kb.report.dropped).toEqual([{ reason: 'the header again', count: 1, example: 'line 3', line: 3 }]);
  });
});

describe('lines above the table', () => {
  it('sep= names the delimiter', async () => {
    const kb = await load('sep=;\r\nname;a;b\r\nAda;1,5;x,y\r\nBo;2,5;z,w\r\n');
    expect(kb.table.delimiter).toEqual({ value: ';', why: 'the first line says sep=;' });
    expect(kb.facts[0]).toEqual([['1,5'], ['x,y']]);
    expect(kb.table.remarks).toMatchObject([{ line: 1 }]);
    expect((await load('"sep=|"\nname|a|b\nAda|1|x\nBo|2|y\n')).entities).toEqual(['Ada', 'Bo']);
  });

  it('comments are skipped and said, with the lines of the file kept', async () => {
    const kb = await load('# made, by, hand\n# it\'s "odd\n\nname,a,b\nAda,1,x\n,2,y\nBo,2,y\n');
    expect(kb.entities).toEqual(['Ada', 'Bo']);
    expect(kb.table.remarks).toMatchObject([{ count: 2, line: 1 }]);
    expect(kb.report.dropped[1]).toMatchObject({ reason: 'no name', line: 6 });
  });

  it.each([
    ['#,name,town\n1,Ada,Riga\n2,Bo,Oslo\n', ['#', 'name', 'town'], ['1', '2']],
    ['##gff\n#chrom\tstart\tend\nchr1\t1\t5\nchr2\t3\t9\n', ['#chrom', 'start', 'end'], ['chr1', 'chr2']],
    ['# x,y,z\n1.5,2.5,0.5\n2.5,0.1,7.5\n', ['# x', 'y', 'z'], ['1.5', '2.5']],
    ['#one,a,b\n#two,c,d\n#three,e,f\n', ['#one', 'a', 'b'], ['#two', '#three']],
  ])('a header that begins with # is one', async (text, columns, entities) => {
    const kb = await load(text);
    expect(kb.table.columns).toEqual(columns);
    expect(kb.entities).toEqual(entities);
  });
});

describe('cells', () => {
  it('are not misled by decimal commas, spaces before quotes, line ends of any kind', async () => {
    expect((await load('Ada;1,5;2,5\nBo;3,5;4,5\n')).table.delimiter.value).toBe(';');
    const spaced = await load('"name", "born in", "craft"\r"Ada", "Riga, LV", "a ""b"""\n"Bo", "Oslo", "c"');
    expect(spaced.attributes[0]).toEqual({ name: 'born in', question: 'What is the born in of {entity}?' });
    expect(spaced.facts[0]).toEqual([['Riga, LV'], ['a "b"']]);
    expect(spaced.table.remarks).toMatchObject([{ count: 2, line: 2 }]);
  });

  it('that certainly stand for "not known" are; those that may are answers, counted and proposed', async () => {
    const rows = [
      'Ada,\\N,#N/A,x',
      'Bo,-,None,y',
      'Cy,-,NaN,z',
      'Di,u,<NA>,?',
      'Ed,v,w,unknown',
      'Flo,nan;q,k,NULL',
    ];
    const table = `name,a,b,c\n${rows.join('\n')}\n`;
    const kb = await load(table);
    expect(kb.report.dropped[0]).toMatchObject({ reason: 'fewer than two known facts', line: 2 });
    expect(kb.table.unknown.map(({ text }) => text).sort()).toEqual([
      '#N/A',
      '<NA>',
      'NULL',
      'NaN',
      '\\N',
      'nan',
    ]);
    expect(kb.table.proposed).toEqual([
      { text: '-', count: 2, line: 3, column: 'a' },
      { text: 'None', count: 1, line: 3, column: 'b' },
      { text: '?', count: 1, line: 5, column: 'c' },
      { text: 'unknown', count: 1, line: 6, column: 'c' },
    ]);
    expect(kb.facts.at(-1)).toEqual([['q'], ['k'], []]);
    expect(kb.said.join('\n')).toContain('"-" 2 × (first: line 3, column a)');
    const set = await load(table, {
      missing: [...kb.table.unknown, ...kb.table.proposed].map(({ text }) => text),
    });
    expect(set.table.proposed).toEqual([]);
    expect(set.report.rowsKept).toBeLessThan(kb.report.rowsKept);
  });

  it('whose answers differ in case or plain punctuation only count as one, and that is said', async () => {
    const kb = await load('name,land,x\nAda,U.S.,1\nBo,us,2\nCy,US,3\nDi,Peru,4\n');
    expect(kb.table.remarks).toMatchObject([{ count: 3, line: 0 }]);
    expect(kb.table.remarks[0].text).toContain('"U.S.", "us", "US"');
  });

  it('one of several in a cell may mean "not known" too', async () => {
    const kb = await load('name,a,b\nAda,x; None,1\nBo,NaN; y,2\nCy,z;-,3\n');
    expect(kb.table.proposed.map(({ text, line }) => [text, line])).toEqual([
      ['None', 2],
      ['-', 4],
    ]);
    expect(kb.table.unknown).toMatchObject([{ text: 'NaN', count: 1, line: 3 }]);
    expect(kb.facts[1][0]).toEqual(['y']);
  });

  it('that all say the same are remarked on, and refused where only their spelling differs', async () => {
    const kb = await load('name,land,x\nAda,Peru,1\nBo,Peru,2\n');
    expect(kb.table.remarks).toMatchObject([
      { count: 2, text: expect.stringContaining('all known cells say "Peru"') },
    ]);
    await expect(load('name,land,x\nAda,Peru,1\nBo,PERU,2\nCy,Peru!,3\n')).rejects.toThrow(
      /column "land" has the answers "Peru", "PERU", "Peru!", which are equal/,
    );
  });

  it('that cannot be read at all send to the encoding', async () => {
    await expect(load(latin('name,x,y\nA\xeb,a,1\nB\xeb,b,2\n'), { encoding: 'utf-8' })).rejects.toThrow(
      /encoding/,
    );
    const half = Buffer.concat(
      ['A', 'B'].map((name, i) => Buffer.concat([latin(`${name}\xeb,`), Buffer.from(`é,${i}\n`)])),
    );
    await expect(load(Buffer.concat([Buffer.from('name,x,y\n'), half]))).rejects.toThrow(
      /0 usable of 2 rows.*check dataset\.encoding/,
    );
  });

  it('of a comment among the rows are remarked on', async () => {
    const kb = await load('name,a,b\nAda,x,1\n# late, rows, follow\nBo,y,2\n');
    expect(kb.table.remarks).toMatchObject([
      { count: 1, line: 3, text: expect.stringContaining('begins with #') },
    ]);
  });

  it('that are grades or decimals are answers as any other', async () => {
    const kb = await load('name,grade,x\nAda,A,1.5\nBo,B,2.25\nCy,C,30\nDi,A,1.0\n');
    expect(kb.entities).toHaveLength(4);
  });

  it('with control characters are shown harmlessly in every sentence', async () => {
    const kb = await load('name,a,b\n\u001b[31mAda\u0007,x,1\nBo\u202e,y,2\n');
    expect(kb.entities[0]).toBe('\u001b[31mAda\u0007');
    expect([...kb.said, ...reportSummary(kb.report).map(({ text }) => text)].join('')).not.toMatch(ACTING);
  });
});
