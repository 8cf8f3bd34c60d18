/** Every way a table can be wrong must give one line that names the field, the value and the remedy. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { experimentSchema } from '#shared/config.ts';
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
  'UTF-16 with a mark': {
    content: Buffer.from(`\uFEFF${GOOD}`, 'utf16le'),
    code: 'dataset.encoding',
    says: ['dataset.path', 'UTF-16', 'save it as UTF-8'],
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
    says: ['dataset.encoding', 'utf-8', 'latin1'],
  },
  'header cannot be told': {
    content: 'Ada,x,y\nLin,z,w\n',
    code: 'dataset.header',
    says: ['dataset.header', 'auto', 'Ada, x, y', 'yes or no'],
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
    says: ['dataset.path', 'row 3', 'close it'],
  },
  'quote never closed in the first row': {
    content: '"name,birth,region\nAda,1815,Europe\n',
    code: 'dataset.quote',
    says: ['dataset.path', 'row 1', 'close it'],
  },
  'quote closed too late': {
    content: `name,birth,region\nAda,1815,"Europe\n${'Lin,1955,Asia\n'.repeat(1000)}Bo,1,"x"\n`,
    code: 'dataset.long-cell',
    says: ['dataset.path', 'row 2', 'region', 'quote'],
  },
  'cell too long': {
    content: `${GOOD}Bo,${LONG},Asia\n`,
    code: 'dataset.long-cell',
    says: ['dataset.path', 'row 4', '"birth"', '10001', 'shorten'],
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
  const { dataset } = experimentSchema.parse({ dataset: { kind: 'csv', ...options, path } });
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
    const { dataset } = experimentSchema.parse({ dataset: { kind: 'csv', path: '/proc/self/mem' } });
    await expect(loadDataset(dataset, 0)).rejects.toMatchObject({
      code: 'dataset.unreadable',
      message: expect.stringMatching(/^dataset\.path: "\/proc\/self\/mem" cannot be read \(E\w+\); check/),
    });
  });
});
