import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CsvConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { loadCsv } from './csv.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'credence-csv-'))));
afterAll(() => rm(folder, { recursive: true }));

let tables = 0;

/** Loads a table from a file of its own, so that several can be read at once. */
async function load(content: string | Buffer, options: Partial<CsvConfig> = {}, seed = 0) {
  const path = join(folder, `table-${tables++}.csv`);
  await writeFile(path, content);
  const { dataset } = languageSchema.parse({ dataset: { kind: 'csv', path, ...options } });
  return loadCsv(dataset as CsvConfig, seed);
}

const PEOPLE = 'name,birth,region\nAda,1815,Europe\nLin,1955,Asia\n';

describe('reading a table', () => {
  it('asks the default question per column, and the given one where there is one', async () => {
    const table = 'name,year_of_birth,region\nAda,1815,Europe\nLin,1955,Asia\n';
    const kb = await load(table, { questions: { region: 'Where was {entity}  from?' } });
    expect(kb.entities).toEqual(['Ada', 'Lin']);
    expect(kb.attributes).toEqual([
      { name: 'year_of_birth', question: 'What is the year of birth of {entity}?' },
      { name: 'region', question: 'Where was {entity} from?' },
    ]);
    expect(kb.facts).toEqual([
      [['1815'], ['Europe']],
      [['1955'], ['Asia']],
    ]);
    expect(kb.report).toMatchObject({ rowsRead: 2, rowsKept: 2, dropped: [] });
  });

  it('takes the entity and attribute columns that are named', async () => {
    const kb = await load('a,b,c,who\n1,2,3,Ada\n4,5,6,Lin\n', { entity: 'who', attributes: ['c', 'a'] });
    expect(kb.entities).toEqual(['Ada', 'Lin']);
    expect(kb.facts[1]).toEqual([['6'], ['4']]);
  });

  it('splits accepted answers at semicolons, trimmed, without empties and duplicates', async () => {
    const kb = await load('name,x,y\nAda, British ;; French;British,1\nLin,a,b\n');
    expect(kb.facts[0][0]).toEqual(['British', 'French']);
  });

  it('keeps quotes, delimiters and line breaks inside quoted cells, collapsing white space', async () => {
    const kb = await load('name,x,y\r\n"King,\r\n Ada",5" pipe,"say ""hi"""\r\nLin,a,b\r\n');
    expect(kb.entities[0]).toBe('King, Ada');
    expect(kb.facts[0]).toEqual([['5" pipe'], ['say "hi"']]);
  });

  it.each([
    ['comma', ','],
    ['tab', '\t'],
    ['semicolon', ';'],
    ['bar', '|'],
  ])('finds the delimiter: %s', async (_, delimiter) => {
    const kb = await load(
      'name,birth,job\n"Lovelace, Ada",1,"x;y|z"\nLin,2,c\n'.replace(/,(?! )/g, delimiter),
    );
    expect(kb.entities[0]).toBe('Lovelace, Ada');
    expect(kb.attributes.map(({ name }) => name)).toEqual(['birth', 'job']);
  });

  it('is not misled by semicolons inside the cells of a comma-separated table', async () => {
    const kb = await load('name,x,y\nAda,a;b,c;d\nLin,e;f,g;h\n');
    expect(kb.facts[1]).toEqual([
      ['e', 'f'],
      ['g', 'h'],
    ]);
  });

  it('is not misled by one comma in each row of a tab-separated table', async () => {
    const kb = await load('name, full\tx\ty\nKing, Ada\t1\t2\nChan, Lin\t3\t4\n', { header: 'yes' });
    expect(kb.entities).toEqual(['King, Ada', 'Chan, Lin']);
  });

  it('reads UTF-8 with a byte order mark, and Windows-1252 where the bytes are not UTF-8', async () => {
    const text = 'name,x,y\nZoë,à,1\nLin,b,2\n';
    expect((await load(`\uFEFF${text}`)).attributes[0].name).toBe('x');
    expect((await load(`\uFEFF${text}`)).entities[0]).toBe('Zoë');
    expect((await load(Buffer.from(text, 'latin1'))).entities[0]).toBe('Zoë');
  });

  it('finds Windows-1252 also when the only such byte is far into the file', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `entity ${i},a,b`).join('\n');
    const kb = await load(Buffer.from(`name,x,y\n${rows}\nZoë,a,b\n`, 'latin1'));
    expect(kb.entities.at(-1)).toBe('Zoë');
  });

  it('reads old line breaks, mixed ones, and a file without a final one', async () => {
    for (const text of ['name,x,y\rAda,1,2\rLin,3,4\r', 'name,x,y\r\nAda,1,2\nLin,3,4'])
      expect((await load(text)).entities).toEqual(['Ada', 'Lin']);
  });

  it.each([
    ['a usual name for the first column', 'name,a,b\nAda,x,y\nLin,z,w\n', ['Ada', 'Lin']],
    ['words over numbers', 'who,when,where\nAda,1815,x\nLin,1955,y\n', ['Ada', 'Lin']],
    ['a word that its repetitive column never has', `who,sex,town\n${rows(6)}`, names(6)],
    ['a number in the first row', 'Ada,1815,x\nLin,1955,y\n', ['Ada', 'Lin']],
    ['a first row that repeats below', 'Ada,f,x\nLin,f,y\n', ['Ada', 'Lin']],
  ])('tells whether there is a header: %s', async (_, text, entities) => {
    expect((await load(text)).entities).toEqual(entities);
  });

  it('looks for the header below blank lines', async () => {
    const kb = await load('\n\nname,x,y\nAda,1,2\nLin,3,4\n');
    expect(kb.entities).toEqual(['Ada', 'Lin']);
    expect(kb.report.dropped).toEqual([{ reason: 'blank line', count: 2, example: 'line 1', line: 1 }]);
  });

  it('calls the columns column1, column2, … without a header', async () => {
    const kb = await load('Ada,x,y\nLin,z,w\n', { header: 'no' });
    expect(kb.attributes.map(({ name }) => name)).toEqual(['column2', 'column3']);
  });
});

function rows(count: number): string {
  return names(count)
    .map((name, i) => `${name},${i % 2 ? 'f' : 'm'},t${i}\n`)
    .join('');
}
function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `Person ${'abcdefgh'[i]}`);
}

describe('rows and cells left out', () => {
  it('are counted by reason with the first example', async () => {
    const table = [
      'name,a,b,c',
      'Ada,1,2,3',
      ',1,2,3',
      'NA,1,2,3',
      'Ada,4,5,6',
      'Bob,1,,NaN',
      'Cy,1,2',
      '',
      'Dee,1,null,3',
      'Eve,1,,3',
      'Fay,nan,NA,3',
    ];
    const { entities, facts, report } = await load(table.join('\n'));
    expect(entities).toEqual(['Ada', 'Dee', 'Eve']);
    expect(facts[1]).toEqual([['1'], [], ['3']]);
    expect(report).toMatchObject({
      rowsRead: 9,
      rowsKept: 3,
      dropped: [
        { reason: 'no name', count: 2, example: 'line 3: ""', line: 3 },
        { reason: 'name already taken by an earlier row', count: 1, example: 'line 5: "Ada"', line: 5 },
        { reason: 'fewer than two known facts', count: 2, example: 'line 6: "Bob"', line: 6 },
        { reason: 'wrong number of cells', count: 1, example: 'line 7: 3 instead of 4', line: 7 },
        { reason: 'blank line', count: 1, example: 'line 8', line: 8 },
        { reason: 'cell listed in dataset.missing', count: 1, example: 'line 9, column b: "null"', line: 9 },
        { reason: 'empty cell', count: 1, example: 'line 10, column b', line: 10 },
      ],
    });
  });

  it('takes NA as an answer where dataset.missing says so', async () => {
    const table = 'name,code,continent,capital\nNamibia,NA,Africa,Windhoek\nMali,ML,Africa,Bamako\n';
    const codes = async (options: Partial<CsvConfig>) =>
      (await load(table, options)).facts.map(([code]) => code);
    expect(await codes({})).toEqual([[], ['ML']]);
    expect(await codes({ missing: [] })).toEqual([['NA'], ['ML']]);
    expect(await codes({ missing: ['ML'] })).toEqual([['NA'], []]);
  });

  it('max_entities draws by seed, keeps the order of the file and reports the rest', async () => {
    const table = `name,x,y\n${names(8)
      .map((name) => `${name},1,2\n`)
      .join('')}`;
    const draw = async (seed: number) => (await load(table, { max_entities: 4 }, seed)).entities;
    const drawn = await draw(1);
    expect(drawn).toHaveLength(4);
    expect([...drawn].sort()).toEqual(drawn);
    expect(await draw(1)).toEqual(drawn);
    expect(
      await Promise.all([2, 3, 4, 5].map((seed) => load(table, { max_entities: 4, seed: 1 }, seed))),
    ).toSatisfy((all: { entities: string[] }[]) => all.every((kb) => kb.entities.join() === drawn.join()));
    expect((await load(table, { max_entities: 4 })).report.dropped[0]).toMatchObject({
      reason: 'beyond max_entities',
      count: 4,
    });
    const others = [await draw(2), await draw(3), await draw(4)];
    expect(others.some((other) => other.join() !== drawn.join())).toBe(true);
  });

  it('never blocks for long on a large file', async () => {
    const line = 'some words,some more words,1234,a;b,"quoted, cell",x,y';
    const table = `name,a,b,c,d,e,f,g\n${Array.from({ length: 50_000 }, (_, i) => `E${i},${line}`).join('\n')}`;
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const kb = await load(table);
    clearInterval(timer);
    expect(kb.entities).toHaveLength(50_000);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('a table without a header to be told', () => {
  it('keeps both readings open to the user', async () => {
    const text = 'Ada,x,y\nLin,z,w\n';
    expect((await load(text, { header: 'yes' }).catch((e) => e)).code).toBe('dataset.too-few-entities');
    expect((await load(text, { header: 'no' })).entities).toHaveLength(2);
    expect((await load(PEOPLE)).entities).toHaveLength(2);
  });
});
