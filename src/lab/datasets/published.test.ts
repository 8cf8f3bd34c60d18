/** CVDB and T-REx: cleaning rules row by row, and what is wrong with a file in one line. */
import { mkdtemp, rm, writeFile, mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CvdbConfig, TrexConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { loadCvdb } from './cvdb.ts';
import { loadTrex } from './trex.ts';
import { coarseYear } from './years.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'credence-published-'))));
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function fileOf(content: string | Buffer, ending: string): Promise<string> {
  const path = join(folder, `${files++}${ending}`);
  await writeFile(path, content);
  return path;
}

const HEADER =
  'id,name,birth,death,gender,level3_main_occ,string_citizenship_raw_d,un_region,wiki_readers_2015_2018';
const person = (name: string, readers: number | string, change: Partial<Record<string, string>> = {}) => {
  const row = { birth: '1850', death: '1921', gender: 'Female', job: 'poet', nation: "'France'", ...change };
  return `1,${name},${row.birth},${row.death},${row.gender},${row.job},${row.nation},Europe,${readers}`;
};

async function cvdb(lines: string[], options: Partial<CvdbConfig> = {}, ending = '.csv') {
  const text = Buffer.from(`${[HEADER, ...lines].join('\n')}\n`, 'latin1');
  const path = await fileOf(ending === '.csv.gz' ? gzipSync(text) : text, ending);
  const { dataset } = languageSchema.parse({ dataset: { kind: 'cvdb', path, ...options } });
  return loadCvdb(dataset as CvdbConfig);
}

describe('years', () => {
  it.each([
    [2020, '2020'],
    [2000, '2000'],
    [1999, '1990s'],
    [1923, '1920s'],
    [1901, '1900s'],
    [1900, '19 century'],
    [1801, '19 century'],
    [1800, '18 century'],
    [1, '1 century'],
    [0, '0 century'],
    [-1, '1 century BC'],
    [-122, '2 century BC'],
  ])('%i is %s', (year, text) => expect(coarseYear(year)).toBe(text));
});

describe('CVDB', () => {
  const MEN = { gender: 'Male' };

  it.each(['.csv', '.csv.gz'])('takes the most-read half men, half women (%s)', async (ending) => {
    const lines = [
      person('Low_Woman', 5),
      person('Top_Woman', 90, { birth: '-69', death: '-30.0', nation: "'Egypt'_'New_Zealand'_'Egypt'" }),
      person('Other', 99, { gender: 'Other' }),
      person('Mid_Man', 7, MEN),
      person('Top_Man', 8, { ...MEN, job: 'football_player', death: '2001' }),
      person('Mid_Woman', 6),
      person('Low_Man', 1, MEN),
    ];
    const kb = await cvdb(lines, { n_entities: 4 }, ending);
    expect(kb.entities).toEqual(['Top Man', 'Mid Man', 'Top Woman', 'Mid Woman']);
    expect(kb.attributes.map(({ question }) => question)).toEqual([
      'When was {entity} born?',
      'When did {entity} die?',
      'In which region did {entity} live?',
      'What did {entity} do?',
      'What was the nationality of {entity}?',
      'What was the gender of {entity}?',
    ]);
    expect(kb.facts[0]).toEqual([
      ['19 century'],
      ['2001'],
      ['Europe'],
      ['football player'],
      ['France'],
      ['Male'],
    ]);
    expect(kb.facts[2].slice(0, 2)).toEqual([['1 century BC'], ['1 century BC']]);
    expect(kb.facts[2][4]).toEqual(['Egypt', 'New Zealand']);
    expect(kb.report).toMatchObject({ rowsRead: 7, rowsKept: 4 });
    expect(kb.report.dropped.map(({ reason, count }) => [reason, count])).toEqual([
      ['neither Male nor Female', 1],
      ['read less than those taken (dataset.n_entities)', 2],
    ]);
  });

  it('counts what it leaves out, by the authors’ rules', async () => {
    const lines = [
      person('Ada', 9),
      person('Ada', 10),
      person('Anne-Marie', 9),
      person('Zoé', 9),
      person('Bea', 9, { death: '' }),
      person('Cleo', 9, { death: 'NaN' }),
      person('Dora', 9, { job: 'c++' }),
      person('Eva', 9, { nation: "'Old_(1806)_Kingdom'" }),
      person('Fay', 'many'),
      '1,too,few',
      '',
      person('Gus', 3, MEN),
    ];
    const { entities, report } = await cvdb(lines);
    expect(entities).toEqual(['Gus', 'Ada', 'Zoé']);
    expect(Object.fromEntries(report.dropped.map(({ reason, count }) => [reason, count]))).toEqual({
      'name already taken by an earlier row': 1,
      'name with other characters than letters, digits, spaces': 1,
      'missing value': 2,
      'occupation with other characters': 1,
      'citizenship with other characters': 1,
      'year or readers no number': 1,
      'wrong number of cells': 1,
    });
    expect(report.dropped[0].example).toBe('row 3: "Ada"');
  });

  it('takes people of any gender where balance is off', async () => {
    const lines = [person('A', 1), person('B', 3, { gender: 'Other' }), person('C', 2, MEN)];
    const kb = await cvdb(lines, { balance_gender: false, n_entities: 2 });
    expect(kb.entities).toEqual(['B', 'C']);
  });

  it('says in one line what is wrong and what to do', async () => {
    const load = async (content: string | Buffer, ending = '.csv') => {
      const path = await fileOf(content, ending);
      const { dataset } = languageSchema.parse({ dataset: { kind: 'cvdb', path } });
      return loadCvdb(dataset as CvdbConfig).then(String, (error: Error) => error.message);
    };
    const missing = languageSchema.parse({
      dataset: { kind: 'cvdb', path: join(folder, 'none.csv') },
    }).dataset;
    const messages = [
      await loadCvdb(missing as CvdbConfig).then(String, (error: Error) => error.message),
      await load('name,birth\nAda,1\n'),
      await load(`${HEADER}\n${person('Ada', 1)}\n`),
      await load(`${HEADER}\n1,"Ada,${'x'.repeat(100)}\n`),
      await load(gzipSync(Buffer.from(`${HEADER}\n${person('Ada', 1)}\n`)).subarray(0, 40), '.csv.gz'),
    ];
    expect(messages).toEqual([
      expect.stringMatching(
        /^dataset\.path: ".*none\.csv" does not exist; download cross-verified.*https:.* put it there/,
      ),
      expect.stringMatching(/^dataset\.path: .* has no column death, gender, .*; give the table/),
      expect.stringMatching(/^dataset\.path: .* gives 1 usable of 1 people/),
      expect.stringMatching(/^dataset\.path: .* double quote that is never closed/),
      expect.stringMatching(/^dataset\.path: .* is damaged or cut off .*; download it again/),
    ]);
    for (const message of messages) expect(message).not.toContain('\n');
  });
});

describe('T-REx', () => {
  const triple = (subj: string, predicate: string, obj: string) => ({ subj, predicate, obj });
  const WORK = [
    triple('Solaris (novel)', 'P50', 'Stanislaw Lem'),
    triple('Solaris (novel)', 'P577', 'published 1961 in Poland'),
    triple('Solaris (novel)', 'P136', 'science fiction (genre)'),
    triple('Solaris (novel)', 'P407', 'Polish'),
    triple('Solaris (novel)', 'P364', 'German'),
    triple('Solaris (novel)', 'P31', 'Polish'),
    triple('Solaris (novel)', 'P17', 'Poland'),
  ];
  const other = (name: string) => WORK.map(({ predicate, obj }) => triple(name, predicate, obj));
  const published = (triples: ReturnType<typeof triple>[]) => [
    {
      docid: 'Q1',
      title: 'x',
      triples: triples.map(({ subj, predicate, obj }) => ({
        subject: { surfaceform: subj },
        predicate: { uri: `http://www.wikidata.org/prop/direct/${predicate}` },
        object: { surfaceform: obj },
      })),
    },
  ];

  async function trex(path: string, options: Partial<TrexConfig> = {}, cache?: string) {
    const { dataset } = languageSchema.parse({ dataset: { kind: 'trex', path, ...options } });
    return loadTrex(dataset as TrexConfig, 3, { cache });
  }

  it('asks about works with enough questions; answers as the authors clean them', async () => {
    const few = other('Too few').slice(0, 3);
    const dropped = [
      triple('It', 'P50', 'A B'),
      triple('Vinyl', 'P50', 'Plato'),
      triple('Vinyl', 'P577', 'n.d.'),
    ];
    const list = [...WORK, ...other('Vinyl'), ...few, ...dropped];
    const kb = await trex(await fileOf(JSON.stringify(list), '.json'));
    expect(kb.entities).toEqual(['Solaris', 'Vinyl']);
    const known = kb.attributes.flatMap(({ name, question }, i) =>
      kb.facts[0][i].length > 0 ? [[name, question, kb.facts[0][i].toSorted()]] : [],
    );
    expect(known).toEqual([
      ['P50', 'First name of the author of {entity}?', ['Stanislaw']],
      ['P577', 'When was {entity} published or released?', ['1960s']],
      ['P136', 'What is the genre of {entity}?', ['science fiction']],
      ['P407, P364', 'In which language was {entity} published?', ['German', 'Polish']],
    ]);
    expect(Object.fromEntries(kb.report.dropped.map(({ reason, count }) => [reason, count]))).toEqual({
      'a pronoun for a name': 1,
      'subjects with fewer than 4 of the predicates': 1,
      'an answer that another question about the work has already': 2,
      'a person without a first name': 1,
      'no year of four digits': 1,
    });
  });

  it('reads the published documents, packed, from a folder, to the same facts', async () => {
    const place = join(folder, 'trex');
    await mkdir(place);
    await writeFile(join(place, 'a.json.gz'), gzipSync(JSON.stringify(published(WORK))));
    await writeFile(join(place, 'b.json'), JSON.stringify(published(other('Vinyl'))));
    await writeFile(join(place, 'notes.txt'), 'not read');
    const list = await trex(await fileOf(JSON.stringify([...WORK, ...other('Vinyl')]), '.json'));
    const docs = await trex(place);
    expect(docs).toEqual(list);
  });

  it('draws works and answers with the seed', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `W${i}`);
    const path = await fileOf(JSON.stringify(names.flatMap(other)), '.json');
    const [one, again, two] = [
      await trex(path, { n_entities: 20, seed: 1 }),
      await trex(path, { n_entities: 20, seed: 1 }),
      await trex(path, { n_entities: 20, seed: 2 }),
    ];
    expect(one.entities).toHaveLength(20);
    expect(again).toEqual(one);
    expect(two.entities).not.toEqual(one.entities);
    expect(one.report.dropped.at(-1)).toMatchObject({ reason: 'beyond dataset.n_entities', count: 20 });
    const language = one.attributes.findIndex(({ name }) => name === 'P407, P364');
    expect(new Set(one.facts.map((facts) => facts[language][0]))).toEqual(new Set(['Polish', 'German']));
  });

  it('keeps the parsed result by content, and leaves nothing else behind', async () => {
    const cache = join(folder, 'cache');
    const path = await fileOf(JSON.stringify([...WORK, ...other('Vinyl')]), '.json');
    const first = await trex(path, {}, cache);
    const kept = (await readdir(cache)).filter((name) => !name.startsWith('source-'));
    expect(kept).toHaveLength(1);
    // What is in the cache is what is given back: the file itself is not read again.
    await writeFile(join(cache, kept[0]), JSON.stringify({ ...first, entities: ['from', 'the cache'] }));
    expect((await trex(path, {}, cache)).entities).toEqual(['from', 'the cache']);
    await writeFile(path, JSON.stringify([...WORK, ...other('Other')]));
    expect((await trex(path, {}, cache)).entities).toEqual(['Other', 'Solaris']);
    await writeFile(join(cache, kept[0]), 'damaged');
    expect((await trex(path, { min_questions: 3 }, cache)).entities).toEqual(['Other', 'Solaris']);
  });

  it('stops when it is told to, and removes its temporary file', async () => {
    const cache = join(folder, 'cancelled');
    const list = Array.from({ length: 5000 }, (_, i) => other(`Work ${i}`)).flat();
    const path = await fileOf(JSON.stringify(list), '.json');
    const control = new AbortController();
    const { dataset } = languageSchema.parse({ dataset: { kind: 'trex', path } });
    const loading = loadTrex(dataset as TrexConfig, 0, {
      cache,
      signal: control.signal,
      progress: () => control.abort(),
    });
    await expect(loading).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect((await readdir(cache)).filter((name) => name.startsWith('credence-trex'))).toEqual([]);
  });

  it.each([
    ['{"a": 1}', /holds no JSON array/],
    ['[{"subj": "a", ', /ends in the middle, after 0 items; download it again/],
    ['[{"subj": x}]', /is not JSON after item 0/],
    ['not JSON', /is not JSON after item 0/],
    ['[]', /holds no triple; give/],
    ['[1, null, "x", {"triples": [null, {}]}]', /holds no triple; give/],
    [JSON.stringify(WORK), /dataset\.min_questions: only 1 works/],
  ])('says in one line what is wrong with %s', async (content, message) => {
    const path = await fileOf(content, '.json');
    const found = await trex(path).then(String, (error: Error) => error.message);
    expect(found).toMatch(message);
    expect(found).not.toContain('\n');
    expect(found).toMatch(/^dataset\./);
  });

  it('says what to download where there is nothing', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    for (const place of [empty, join(folder, 'nowhere')])
      await expect(trex(place)).rejects.toThrow(/^dataset\.path: .*download the JSON files from https:/);
  });
});
