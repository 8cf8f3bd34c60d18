/** Every way a table can be wrong must give one line that names the field, the value and the remedy. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languageSchema } from '#shared/config/language.ts';
import { UserError } from '#shared/errors.ts';
import { loadDataset } from '#lab/datasets/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credence-malformed-'));
  await mkdir(join(folder, 'folder.csv'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Malformed {
  content: string | Buffer | null;
  options?: Record<string, unknown>;
  code: string;
  /** What the message must name: field, value, remedy. */
  says: string[];
}

const GOOD = 'name,birth,region\nAda,1815,Europe\nLin,1955,Asia\n';
const LONG = 'x'.repeat(10_001);

const TABLE: Record<string, Malformed> = {
  'missing file': {
    content: null,
    code: 'dataset.missing',
    says: ['dataset.path', 'file.csv', 'check the path'],
  },
  'file under a file': {
    content: GOOD,
    options: { path: 'file.csv/inner.csv' },
    code: 'dataset.missing',
    says: ['dataset.path', 'inner.csv', 'check the path'],
  },
  directory: {
    content: null,
    options: { path: 'folder.csv' },
    code: 'dataset.not-a-file',
    says: ['dataset.path', 'folder.csv', 'directory', 'name a CSV or TSV file'],
  },
  'empty file': { content: '', code: 'dataset.empty', says: ['dataset.path', 'file.csv', 'header and rows'] },
  'only white space': { content: '\uFEFF \r\n\n', code: 'dataset.empty', says: ['dataset.path', 'empty'] },
  'binary file': {
    content: Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 0x9a, 0x41, 0x77, 0x21]),
    code: 'dataset.binary',
    says: ['dataset.path', 'file.csv', 'byte 5', 'export'],
  },
  'UTF-16 with a mark, but another encoding asked for': {
    content: Buffer.from(`\uFEFF${GOOD}`, 'utf16le'),
    options: { encoding: 'windows-1252' },
    code: 'dataset.encoding',
    says: ['dataset.encoding', 'windows-1252', 'UTF-16', 'set it to auto'],
  },
  'UTF-16 without a mark': {
    content: Buffer.from(GOOD, 'utf16le'),
    code: 'dataset.encoding',
    says: ['dataset.path', 'UTF-16', 'save it as UTF-8'],
  },
  'not UTF-8 as asked': {
    content: Buffer.from(GOOD.replace('Ada', 'Zoë'), 'latin1'),
    options: { encoding: 'utf-8' },
    code: 'dataset.encoding',
    says: ['dataset.encoding', 'utf-8', '(1, the first in line 2)', 'windows-1252'],
  },
  'one row below what is taken for a header': {
    content: 'Ada,x,y\nLin,z,w\n',
    code: 'dataset.too-few-entities',
    says: ['1 usable of 1', 'taken for the header', 'dataset.header'],
  },
  'a title above the table': {
    content: `People of note\n${GOOD}`,
    code: 'dataset.one-column',
    says: ['1 cell', 'line 1', 'People of note', 'remove what stands above'],
  },
  'two columns that are asked about alike': {
    content: 'name,birth_year,birth year\nAda,1815,1\nLin,1955,2\n',
    code: 'dataset.same-question',
    says: ['dataset.questions', '"birth_year"', '"birth year"', 'differently'],
  },
  'two columns that differ in case and hidden characters': {
    content: 'name,Birth year,birth\u200b_Year\nAda,1815,1\nLin,1955,2\n',
    code: 'dataset.same-question',
    says: ['"Birth year"', 'birth<U+200B>_Year'],
  },
  'questions that are alike': {
    content: GOOD,
    options: { questions: { birth: 'Who is {entity}?', region: 'who is  {entity}?' } },
    code: 'dataset.same-question',
    says: ['"birth"', '"region"', 'dataset.questions'],
  },
  'bytes that cannot be read in the header': {
    content: Buffer.concat([Buffer.from('name,r\xe9gion,x', 'latin1'), Buffer.from('\nZoë,ä,1\nBo,ö,2\n')]),
    code: 'dataset.encoding',
    says: ['dataset.path', 'column', 'mend'],
  },
  'signs for answers': {
    content: 'name,rh,x\nAda,+,1\nLin,-,2\nBo,+,3\n',
    code: 'dataset.answers-alike',
    says: ['dataset.path', '"rh"', '"+"', '"-"', 'write them in words'],
  },
  'articles for answers': {
    content: 'name,word,x\nAda,a,1\nLin,The,2\nBo,an,3\n',
    code: 'dataset.answers-alike',
    says: ['"word"', '"a"', '"The"', '"an"'],
  },
  'punctuation for answers': {
    content: 'name,mark,x\nAda,!,1\nLin,?,2\nBo,!!,3\n',
    code: 'dataset.answers-alike',
    says: ['"mark"', '"!"', '"?"', 'dataset.missing'],
  },
  'numbers that differ in their sign or point only': {
    content: 'name,x,y\nAda,1.5,a\nLin,15,b\nBo,-15,c\n',
    code: 'dataset.answers-alike',
    says: ['"x"', '"1.5"', '"15"', '"-15"'],
  },
  'answers told apart by a sign only': {
    content: 'name,language,x\nAda,C,1\nLin,C++,2\nBo,C#,3\n',
    code: 'dataset.answers-alike',
    says: ['"C"', '"C++"', '"C#"'],
  },
  'one column': {
    content: 'name\nAda\nLin\n',
    code: 'dataset.one-column',
    says: ['dataset.path', '1 column', 'dataset.delimiter'],
  },
  'another delimiter than asked': {
    content: GOOD,
    options: { delimiter: ';' },
    code: 'dataset.one-column',
    says: ['";"', 'dataset.delimiter'],
  },
  'two columns': {
    content: 'name,x\nAda,1\n',
    code: 'dataset.one-column',
    says: ['2 columns', 'two attributes'],
  },
  'duplicate columns': {
    content: 'name,birth, birth\nAda,1,2\n',
    code: 'dataset.duplicate-column',
    says: ['"birth"', 'rename', 'dataset.header'],
  },
  'unknown entity column': {
    content: GOOD,
    options: { entity: 'nam' },
    code: 'dataset.unknown-column',
    says: ['dataset.entity', '"nam"', 'did you mean "name"'],
  },
  'unknown attribute column': {
    content: GOOD,
    options: { attributes: ['birth', 'regoin'] },
    code: 'dataset.unknown-column',
    says: ['dataset.attributes', '"regoin"', 'did you mean "region"'],
  },
  'attribute listed twice': {
    content: GOOD,
    options: { attributes: ['birth', 'birth'] },
    code: 'dataset.attributes',
    says: ['dataset.attributes', '"birth"', 'remove'],
  },
  'entity as an attribute': {
    content: GOOD,
    options: { attributes: ['name', 'birth'] },
    code: 'dataset.attributes',
    says: ['dataset.attributes', '"name"', 'entity column', 'remove'],
  },
  'question for an unknown column': {
    content: GOOD,
    options: { questions: { brth: 'When was {entity} born?' } },
    code: 'dataset.unknown-column',
    says: ['dataset.questions.brth', 'did you mean "birth"'],
  },
  'question about the entity column': {
    content: GOOD,
    options: { questions: { name: 'Who is {entity}?' } },
    code: 'dataset.question',
    says: ['dataset.questions.name', 'Who is', 'remove'],
  },
  'template without {entity}': {
    content: GOOD,
    options: { questions: { birth: 'When?' } },
    code: 'dataset.question',
    says: ['dataset.questions.birth', '"When?"', '{entity}'],
  },
  'quote never closed': {
    content: 'name,birth,region\nAda,1815,Europe\n"Lin,1955,Asia\nBo,1,2\n',
    code: 'dataset.quote',
    says: ['dataset.path', 'line 3', 'close it'],
  },
  'quote never closed in the first row': {
    content: '"name,birth,region\nAda,1815,Europe\n',
    code: 'dataset.quote',
    says: ['dataset.path', 'line 1', 'close it'],
  },
  'quote closed too late': {
    content: `name,birth,region\nAda,1815,"Europe\n${'Lin,1955,Asia\n'.repeat(1000)}Bo,1,x"\n`,
    code: 'dataset.long-cell',
    says: ['dataset.path', 'line 2', 'region', 'quote'],
  },
  'cell too long': {
    content: `${GOOD}Bo,${LONG},Asia\n`,
    code: 'dataset.long-cell',
    says: ['dataset.path', 'line 4', '"birth"', '10001', 'shorten'],
  },
  'no row kept': {
    content: 'name,birth,region\n,1,2\nNaN,1,2\n',
    code: 'dataset.no-rows',
    says: ['dataset.path', '0 usable of 2', '2 × no name', 'dataset.entity'],
  },
  'header only': {
    content: 'name,birth,region\n',
    code: 'dataset.no-rows',
    says: ['0 usable of 0', 'add rows'],
  },
  'one row': {
    content: 'name,birth,region\nAda,1,2\n',
    code: 'dataset.too-few-entities',
    says: ['1 usable of 1', 'add rows'],
  },
  'max_entities too small': {
    content: GOOD,
    options: { max_entities: 1 },
    code: 'dataset.too-few-entities',
    says: ['dataset.max_entities', '1', '2 or more'],
  },
};

async function failure({ content, options }: Malformed): Promise<unknown> {
  const file = join(folder, 'file.csv');
  await rm(file, { force: true });
  if (content !== null) await writeFile(file, content);
  const path = join(folder, String(options?.path ?? 'file.csv'));
  const { dataset } = languageSchema.parse({ dataset: { kind: 'csv', ...options, path } });
  return loadDataset(dataset, 0).then(
    (kb) => kb.report,
    (error: unknown) => error,
  );
}

describe('a malformed table', () => {
  it.each(Object.entries(TABLE))('%s', async (_, malformed) => {
    const error = await failure(malformed);
    expect(error).toBeInstanceOf(UserError);
    const { code, message } = error as UserError;
    expect(code).toBe(malformed.code);
    for (const text of malformed.says) expect(message).toContain(text);
    expect(message).toMatch(/^dataset[^\n\r]{20,700}$/);
  });

  it.runIf(process.platform === 'linux')('unreadable: a file whose bytes cannot be had', async () => {
    const { dataset } = languageSchema.parse({ dataset: { kind: 'csv', path: '/proc/self/mem' } });
    await expect(loadDataset(dataset, 0)).rejects.toMatchObject({
      code: 'dataset.unreadable',
      message: expect.stringMatching(/^dataset\.path: "\/proc\/self\/mem" cannot be read \(E\w+\); check/),
    });
  });
});
