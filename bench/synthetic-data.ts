/**
 * Writes synthetic files shaped like the published CVDB and T-REx ones, for measuring the loaders and for
 * tests. Every name and fact is made up; nothing is copied from the data sets.
 *
 * `node bench/synthetic-data.ts cvdb OUT.csv[.gz] ROWS`, `node bench/synthetic-data.ts trex OUT.json[.gz] BYTES`,
 * `node bench/synthetic-data.ts triples OUT.json[.gz] BYTES`.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { randomStream, type Random } from '#shared/random.ts';

const CHUNK = 1 << 20;

/** Columns of the published table that are read, among as many others as it has. */
const USED = [
  'name',
  'birth',
  'death',
  'gender',
  'level3_main_occ',
  'string_citizenship_raw_d',
  'un_region',
  'wiki_readers_2015_2018',
];
const CVDB_COLUMNS = [...USED, ...Array.from({ length: 41 }, (_, i) => `other_${i}`)];
const OCCUPATIONS = ['politician', 'actor', 'football_player', 'painter', 'king', 'c++_author'];
const COUNTRIES = ['France', 'Old_(1806)_Kingdom', 'United_States', 'Poland', 'Qing_dynasty'];
const REGIONS = ['Europe', 'Asia', 'America', 'Africa', 'Oceania'];
const FIRST = ['Ada', 'Bela', 'Cyril', 'Dora', 'Emil', 'Faye', 'Gus', 'Hana'];
const LAST = ['Arden', 'Brask', 'Corvin', 'Dahl', 'Eskil', 'Fenn', 'Gorsky', 'Holm'];
const PREDICATES = ['P50', 'P123', 'P577', 'P136', 'P407', 'P57', 'P58', 'P86', 'P31', 'P364'];
const OTHER_PREDICATES = ['P17', 'P47', 'P131', 'P150', 'P361', 'P527', 'P27', 'P106', 'P19'];
const URI = 'http://www.wikidata.org/prop/direct/';

const pick = <T>(random: Random, items: readonly T[]): T => items[random.int(items.length)];

/** The lines of a CVDB-shaped table (ISO-8859-1), header first; some rows lack what the loader needs. */
function* cvdbLines(rows: number, seed = 0): Generator<string> {
  const random = randomStream(seed, 'bench', 'cvdb');
  yield CVDB_COLUMNS.join(',');
  for (let row = 0; row < rows; row++) yield cvdbRow(row, random).join(',');
}

function cvdbRow(row: number, random: Random): (string | number)[] {
  const accent = random.int(10) === 0 ? 'é' : '';
  const name = `${pick(random, FIRST)}${accent}_${pick(random, LAST)}${random.int(20) === 0 ? '-Jr' : ''}_${row}`;
  const birth = random.int(40) === 0 ? -random.int(800) : 1000 + random.int(1000);
  const known = random.int(5) > 0;
  const country = `'${pick(random, COUNTRIES)}'`;
  const countries = random.int(4) === 0 ? `${country}_'${pick(random, COUNTRIES)}'` : country;
  return [
    name,
    birth,
    known ? birth + 20 + random.int(70) : '',
    pick(random, ['Male', 'Male', 'Male', 'Female', 'Other']),
    pick(random, OCCUPATIONS),
    countries,
    pick(random, REGIONS),
    random.int(3_000_000),
    ...FILLER,
  ];
}

const FILLER = Array.from({ length: 41 }, (_, i) => (i % 3 === 0 ? '' : i % 3 === 1 ? `v${i}` : i * 1.5));

/** Pieces of an array of documents as T-REx publishes them, until about `bytes` are written. */
function* trexPieces(bytes: number, seed = 0): Generator<string> {
  const random = randomStream(seed, 'bench', 'trex');
  yield* jsonArray(bytes, (i) => trexDocument(i, random));
}

/** Pieces of an array of `{subj, obj, predicate}`, the form that the authors' script writes. */
function* triplePieces(bytes: number, seed = 0): Generator<string> {
  const random = randomStream(seed, 'bench', 'triples');
  yield* jsonArray(bytes, (i) => {
    const [subj, obj, predicate] = triple(Math.floor(i / 6), i % 6, random);
    return { subj, obj, predicate };
  });
}

function* jsonArray(bytes: number, item: (i: number) => object): Generator<string> {
  yield '[';
  let written = 1;
  for (let i = 0; written < bytes; i++) {
    const text = (i === 0 ? '' : ', ') + JSON.stringify(item(i));
    written += text.length;
    yield text;
  }
  yield ']';
}

/** Every second subject is a creative work; a few triples are about pronouns or have years without digits. */
function triple(subject: number, i: number, random: Random): [string, string, string] {
  const work = subject % 2 === 0;
  const name =
    random.int(50) === 0 ? 'It' : `${work ? 'The Work' : 'Place'} ${subject}${work ? ' (film)' : ''}`;
  const predicate = pick(random, work ? PREDICATES : OTHER_PREDICATES);
  if (predicate === 'P577') return [name, `${1880 + random.int(140)}-01-01`, predicate];
  const person = `${pick(random, FIRST)} ${pick(random, LAST)}`;
  return [name, predicate === 'P31' ? `thing ${i} (kind)` : person, predicate];
}

function trexDocument(subject: number, random: Random): object {
  const triples = Array.from({ length: 6 }, (_, i) => triple(subject, i, random));
  const spot = (surfaceform: string) => {
    return {
      boundaries: [0, surfaceform.length],
      surfaceform,
      uri: `${URI}Q${subject}`,
      annotator: 'made up',
    };
  };
  return {
    docid: `Q${subject}`,
    title: triples[0][0],
    uri: `${URI}Q${subject}`,
    text: `${triples.map((parts) => parts.join(' is told of ')).join('. ')}. `.repeat(4),
    entities: triples.map(([, object]) => spot(object)),
    sentences_boundaries: triples.map((_, i) => [i * 40, i * 40 + 39]),
    words_boundaries: Array.from({ length: 60 }, (_, i) => [i * 6, i * 6 + 5]),
    triples: triples.map(([subj, obj, predicate], sentence_id) => ({
      subject: spot(subj),
      predicate: { boundaries: null, surfaceform: null, uri: `${URI}${predicate}`, annotator: 'made up' },
      object: spot(obj),
      sentence_id,
      annotator: 'made up',
      dependency_path: null,
    })),
  };
}

/** Joins small texts into chunks of about a megabyte. */
function* inChunks(texts: Iterable<string>, encoding: BufferEncoding): Generator<Buffer> {
  let chunk: string[] = [];
  let size = 0;
  for (const text of texts) {
    chunk.push(text);
    size += text.length;
    if (size < CHUNK) continue;
    yield Buffer.from(chunk.join(''), encoding);
    [chunk, size] = [[], 0];
  }
  yield Buffer.from(chunk.join(''), encoding);
}

function* lines(texts: Iterable<string>): Generator<string> {
  for (const text of texts) yield `${text}\n`;
}

/** Writes one file; `.gz` at the end of its name compresses it. */
export async function writeSynthetic(kind: string, file: string, size: number): Promise<void> {
  const makers: Record<string, () => Generator<Buffer>> = {
    cvdb: () => inChunks(lines(cvdbLines(size)), 'latin1'),
    trex: () => inChunks(trexPieces(size), 'utf8'),
    triples: () => inChunks(triplePieces(size), 'utf8'),
  };
  const make = makers[kind];
  if (!make || !(size > 0)) throw new Error('usage: synthetic-data.ts cvdb|trex|triples FILE SIZE');
  const zip = file.endsWith('.gz') ? [createGzip()] : [];
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  await pipeline([Readable.from(make()), ...zip, createWriteStream(file)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeSynthetic(process.argv[2], process.argv[3], Number(process.argv[4]));
