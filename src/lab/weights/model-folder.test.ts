import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '#shared/errors.ts';
import { temporaryFolder } from '#test/credence.ts';
import {
  cutFile,
  folderOf,
  LFS_POINTER,
  safetensorsBytes,
  TINY_CONFIG,
  tinyModel,
  tinyTensors,
} from '#test/model-folders.ts';
import { openModelFolder } from './model-folder.ts';
import { writeModelFolder } from './write-model-folder.ts';

const root = temporaryFolder();
let made = 0;
const fresh = () => join(root, `model-${made++}`);
const GOLDEN = join(import.meta.dirname, '../../../test/golden/model-folders');
const hash = (values: Float32Array) =>
  createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');

const config = { model_type: 'llama' };
const map = (weight_map: unknown) => ({
  'config.json': config,
  'model.safetensors.index.json': { weight_map },
});
const sharded = () => tinyModel(fresh(), { shardBytes: 64 });
const SHARD = 'model-00002-of-00002.safetensors';

describe('a model folder', () => {
  it.each(['bfloat16', 'float16', 'float32'])('is read as torch reads it: %s', (dtype) => {
    const digests = JSON.parse(readFileSync(join(GOLDEN, 'digests.json'), 'utf8')) as Record<string, object>;
    const model = openModelFolder(join(GOLDEN, dtype));
    expect(model.config['model_type']).toBe('llama');
    expect(model.tokenizer).toBeNull();
    const read = [...model.tensors.keys()].map((name) => [name, hash(model.read(name))]);
    expect(Object.fromEntries(read)).toEqual(digests[dtype]);
    const files = new Set([...model.tensors.values()].map(({ file }) => file));
    expect(files.size).toBe(dtype === 'bfloat16' ? 3 : 1);
  });

  it('reads into a part of a larger array, and only there', () => {
    const model = openModelFolder(join(GOLDEN, 'bfloat16'));
    const flat = new Float32Array(model.parameters + 2).fill(7);
    let at = 1;
    for (const [name, { shape }] of model.tensors) {
      const part = flat.subarray(at, (at += shape.reduce((a, b) => a * b)));
      model.readInto(name, part);
      expect(part).toEqual(model.read(name));
    }
    expect([flat[0], flat.at(-1), at]).toEqual([7, 7, flat.length - 1]);
    expect(() => model.readInto('lm_head.weight', flat)).toThrow(RangeError);
  });

  it('holds tensors that nobody asks for, and refuses them by name when asked', () => {
    const header = {
      mask: { dtype: 'BOOL', shape: [3], data_offsets: [0, 3] },
      steps: { dtype: 'I64', shape: [], data_offsets: [3, 11] },
      strange: { dtype: 'Q7', shape: [5], data_offsets: [11, 12] },
      weight: { dtype: 'F32', shape: [1], data_offsets: [12, 16] },
    };
    const folder = folderOf(fresh(), { 'config.json': config });
    writeFileSync(join(folder, 'model.safetensors'), safetensorsBytes(header, new Uint8Array(16)));
    const model = openModelFolder(folder);
    expect([...model.read('weight')]).toEqual([0]);
    expect(model.parameters).toBe(1);
    expect(() => model.read('steps')).toThrow(/model\.safetensors hold "steps" as I64; save the model as/);
    expect(() => model.read('strange')).toThrow(/"strange" as Q7/);
    expect(() => model.read('none')).toThrow(/hold no tensor "none"/);
  });

  it.each(['F32', 'BF16', 'F16'] as const)(
    'is written and read back: %s, whole or in shards',
    async (dtype) => {
      const tensors = tinyTensors().map((tensor) => ({ ...tensor, dtype, data: () => tensor.data }));
      const [whole, parts] = [
        tinyModel(fresh(), { tensors }),
        tinyModel(fresh(), { tensors, shardBytes: 20 }),
      ];
      expect(readdirSync(whole).toSorted()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
      expect(readdirSync(parts).filter((name) => name.startsWith('model-'))).toHaveLength(
        2 + Number(dtype === 'F32'),
      );
      for (const folder of [whole, parts]) {
        const model = openModelFolder(folder);
        expect(model.config).toEqual(TINY_CONFIG);
        expect(model.parameters).toBe(39);
        for (const { name, shape, data } of tinyTensors()) {
          expect(model.tensors.get(name)).toMatchObject({ shape, dtype });
          expect(model.read(name)).toEqual(data);
        }
        expect(await model.digest()).toBe(await openModelFolder(folder).digest());
      }
      const copy = fresh();
      cpSync(whole, copy, { recursive: true });
      const digest = await openModelFolder(whole).digest();
      expect(await openModelFolder(copy).digest()).toBe(digest);
      appendFileSync(join(copy, 'tokenizer.json'), ' ');
      expect(await openModelFolder(copy).digest()).not.toBe(digest);
    },
  );

  it('is not read on once its weights were written again', () => {
    const folder = tinyModel(fresh());
    const model = openModelFolder(folder);
    utimesSync(join(folder, 'model.safetensors'), new Date(0), new Date(0));
    expect(() => model.read('embed.weight')).toThrow(/were written since they were opened/);
    rmSync(join(folder, 'model.safetensors'));
    expect(() => model.read('embed.weight')).toThrow(/cannot open .*model\.safetensors/);
  });

  it.each<[string, () => string, string, RegExp]>([
    ['no folder', fresh, 'model.missing', /model-\d+" is not there; give a folder/],
    [
      'a file',
      () => join(tinyModel(fresh()), 'model.safetensors'),
      'model.missing',
      /is a file; give a folder/,
    ],
    ['no config', () => folderOf(fresh(), {}), 'model.config', /holds no config\.json/],
    [
      'an adapter',
      () => folderOf(fresh(), { 'adapter_config.json': {} }),
      'model.config',
      /adapter \(LoRA\)/,
    ],
    ['a config cut off', () => folderOf(fresh(), { 'config.json': '{"a"' }), 'model.config', /is not JSON/],
    [
      'a config that is a list',
      () => folderOf(fresh(), { 'config.json': [] }),
      'model.config',
      /no JSON object/,
    ],
    [
      'no model_type',
      () => folderOf(fresh(), { 'config.json': {} }),
      'model.config',
      /model_type is undefined; add/,
    ],
    [
      'an odd model_type',
      () => folderOf(fresh(), { 'config.json': { model_type: 3 } }),
      'model.config',
      /is 3; add/,
    ],
    [
      'only a pickle',
      () => folderOf(fresh(), { 'config.json': config, 'pytorch_model.bin': '' }),
      'model.pickle',
      /pytorch_model\.bin is a pickle.*model\.save_pretrained\(folder, safe_serialization=True\).*revision/,
    ],
    [
      'another pickle',
      () => folderOf(fresh(), { 'config.json': config, 'x.ckpt': '' }),
      'model.pickle',
      /x\.ckpt/,
    ],
    [
      'no weights',
      () => folderOf(fresh(), { 'config.json': config }),
      'model.weights',
      /holds no model\.safetensors:/,
    ],
    [
      'other weights',
      () => folderOf(fresh(), { 'config.json': config, 'model.q4.gguf': '' }),
      'model.weights',
      /\(only model\.q4\.gguf\)/,
    ],
    [
      'shards without an index',
      () => folderOf(fresh(), { 'config.json': config, [SHARD]: '' }),
      'model.weights',
      /add model\.safetensors\.index\.json/,
    ],
    ['an index of nothing', () => folderOf(fresh(), map({})), 'model.index', /maps no tensors/],
    ['an index of another kind', () => folderOf(fresh(), map([1])), 'model.index', /maps no tensors/],
    [
      'an index that leaves',
      () => folderOf(fresh(), map({ a: '../a.safetensors' })),
      'model.index',
      /"\.\.\/a\.saf/,
    ],
    [
      'an index of pickles',
      () => folderOf(fresh(), map({ a: 'a.bin' })),
      'model.index',
      /"a\.bin", which is no saf/,
    ],
    [
      'a missing shard',
      () => folderOf(fresh(), map({ a: 'a.safetensors' })),
      'weights.missing',
      /a\.safetensors/,
    ],
  ])('says what is wrong: %s', (_name, folder, code, message) => {
    const path = folder();
    expect(() => openModelFolder(path)).toThrow(
      expect.objectContaining({ code, name: 'UserError' }) as Error,
    );
    expect(() => openModelFolder(path)).toThrow(message);
  });

  it.each<[string, (folder: string) => void, string, RegExp]>([
    ['truncated', (folder) => cutFile(join(folder, SHARD), 150), 'weights.damaged', /model-00002-of-00002/],
    [
      'empty',
      (folder) => cutFile(join(folder, SHARD), 0),
      'weights.damaged',
      /00002.*has only 0 bytes; fetch/,
    ],
    [
      'dangling',
      (folder) => (rmSync(join(folder, SHARD)), symlinkSync('gone', join(folder, SHARD))),
      'weights.missing',
      /00002/,
    ],
    [
      'a pointer',
      (folder) => writeFileSync(join(folder, SHARD), LFS_POINTER),
      'weights.lfs-pointer',
      /00002.*git lfs pull/,
    ],
    [
      'a page',
      (folder) => writeFileSync(join(folder, SHARD), '<!doctype html>'.padEnd(99)),
      'weights.web-page',
      /00002/,
    ],
    [
      'a config pointer',
      (folder) => writeFileSync(join(folder, 'config.json'), LFS_POINTER),
      'weights.lfs-pointer',
      /config/,
    ],
    [
      'a tokenizer pointer',
      (folder) => writeFileSync(join(folder, 'tokenizer.json'), LFS_POINTER),
      'weights.lfs-pointer',
      /tokenizer/,
    ],
    [
      'an index pointer',
      (folder) => writeFileSync(join(folder, 'model.safetensors.index.json'), LFS_POINTER),
      'weights.lfs-pointer',
      /index/,
    ],
    [
      'without its tensor',
      (folder) => cpSync(join(folder, 'model-00001-of-00002.safetensors'), join(folder, SHARD)),
      'weights.damaged',
      /index\.json puts "layer\.weight" into .*00002-of-00002\.safetensors, which does not hold it/,
    ],
  ])('names the file that is wrong: %s', (_name, damage, code, message) => {
    const folder = sharded();
    damage(folder);
    expect(() => openModelFolder(folder)).toThrow(expect.objectContaining({ code }) as Error);
    expect(() => openModelFolder(folder)).toThrow(message);
  });
});

describe('any damage', () => {
  const folder = sharded();
  const names = ['config.json', 'model.safetensors.index.json', 'model-00001-of-00002.safetensors', SHARD];
  const sound = new Map(names.map((name) => [name, readFileSync(join(folder, name))]));

  /** Opens and reads all; anything but an error that a person can act on fails. */
  const tryToRead = () => {
    try {
      const model = openModelFolder(folder);
      for (const [name, { dtype }] of model.tensors) if (dtype === 'F32') model.read(name);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).not.toContain('\n');
    }
  };

  it.each(names)('is told in one line: %s', (name) => {
    const bytes = sound.get(name) ?? Buffer.alloc(0);
    const changed = fc.oneof(
      fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, byte]) => {
        const copy = Buffer.from(bytes);
        copy[at] = byte;
        return copy;
      }),
      fc.nat(bytes.length).map((length) => bytes.subarray(0, length)),
      fc.json().map((text) => Buffer.from(text)),
      fc.json().map((text) => safetensorsBytes(JSON.parse(text))),
      fc.dictionary(fc.string(), fc.string()).map((map) => Buffer.from(JSON.stringify({ weight_map: map }))),
      fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array)),
    );
    fc.assert(
      fc.property(changed, (content) => {
        writeFileSync(join(folder, name), content);
        tryToRead();
      }),
      { numRuns: 300 },
    );
    writeFileSync(join(folder, name), bytes);
    expect(openModelFolder(folder).tensors.size).toBe(3);
  });
});

describe('writing a model folder', () => {
  const tensors = tinyTensors();

  it('copies files with it, and says for whom it is', () => {
    const from = tinyModel(fresh());
    const folder = fresh();
    writeModelFolder(folder, {
      config,
      tensors,
      copy: [join(from, 'tokenizer.json')],
      metadata: { run: '7' },
    });
    expect(openModelFolder(folder).tokenizer).toBe(join(folder, 'tokenizer.json'));
    const header = readFileSync(join(folder, 'model.safetensors'), 'latin1').slice(8);
    expect(header).toMatch(/^\{"__metadata__":\{"run":"7","format":"pt"\}/);
  });

  it('asks for one array after another', () => {
    const order: string[] = [];
    const lazy = tensors.map(({ data, ...rest }) => ({ ...rest, data: () => (order.push(rest.name), data) }));
    writeModelFolder(fresh(), { config, tensors: lazy });
    expect(order).toEqual(tensors.map(({ name }) => name));
  });

  it.each<[string, Partial<Parameters<typeof writeModelFolder>[1]>, RegExp]>([
    [
      'a value too large',
      { tensors: [{ name: 'x', shape: [1], data: Float32Array.of(7e4), dtype: 'F16' }] },
      /"x" holds 70000, too large for F16/,
    ],
    ['a file that is gone', { copy: ['/nowhere/tokenizer.json'] }, /cannot read \/nowhere\/tokenizer\.json/],
    [
      'a wrong shape',
      { tensors: [{ name: 'x', shape: [2], data: new Float32Array(3) }] },
      /does not hold 3 values/,
    ],
    [
      'a late wrong shape',
      { tensors: [...tensors, { name: 'x', shape: [2], data: () => new Float32Array(3) }] },
      /hold 3/,
    ],
    ['a name twice', { tensors: [tensors[0], tensors[0]] }, /the same name/],
  ])('leaves nothing after %s', (_name, changes, message) => {
    const folder = fresh();
    expect(() => writeModelFolder(folder, { config, tensors, ...changes })).toThrow(message);
    expect([existsSync(folder), existsSync(`${folder}.tmp`)]).toEqual([false, false]);
  });

  it('never writes over what is there, and clears what a killed process left', () => {
    const folder = tinyModel(fresh());
    expect(() => writeModelFolder(folder, { config, tensors })).toThrow(
      /is there already; choose another folder/,
    );
    const other = fresh();
    folderOf(`${other}.tmp`, { 'half.safetensors': 'x' });
    writeModelFolder(`${folderOf(other, {})}/`, { config, tensors });
    expect(readdirSync(other).toSorted()).toEqual(['config.json', 'model.safetensors']);
    expect(existsSync(`${other}.tmp`)).toBe(false);
  });
});
