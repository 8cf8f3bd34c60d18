/** Everything that reads bytes from outside, with good inputs to start from. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { loadCsv } from '#lab/datasets/csv.ts';
import { readIdx, writeIdx } from '#lab/datasets/digits/idx.ts';
import { readJsonItems } from '#lab/datasets/json-items.ts';
import { readEventFile } from '#lab/series/event-file.ts';
import { openTokenizer } from '#lab/tokenizers/index.ts';
import { readSafetensors } from '#lab/weights/safetensors.ts';
import { encodeHeader } from '#lab/weights/safetensors-header.ts';
import { createService } from '#main/api/service.ts';
import { readBundle, writeBundle } from '#main/bundle/bundle.ts';
import { LEVEL, pack, unpack } from '#main/bundle/packed.ts';
import { parsePyYaml } from '#main/authors/pyyaml.ts';
import { parseYaml } from '#main/experiments/yaml-text.ts';
import { openHistory, type History } from '#main/history/history.ts';
import { MIGRATIONS } from '#main/history/migrations.ts';
import type { CsvConfig } from '#shared/config.ts';
import { ARGUMENTS, type Method } from '#shared/contract.ts';
import { resolveConfig } from '#shared/resolve-config.ts';

export interface Target {
  name: string;
  corpus: Buffer[];
  /** Reads one input; a `UserError` or an `ApiError` refuses it. */
  read(bytes: Buffer): unknown;
  close?(): Promise<void>;
}

/** Names of them, in the order in which they are tried. */
export const TARGETS: Record<string, (folder: string) => Target | Promise<Target>> = {
  safetensors,
  tokenizer,
  idx,
  yaml,
  pyyaml,
  csv,
  json,
  events,
  bundle,
  api,
};

/** A folder within one that holds nothing else, so that a file beside it is seen. */
export function cage(): { folder: string; strays: () => string[]; remove: () => void } {
  const root = mkdtempSync(path.join(tmpdir(), 'credence-fuzz-'));
  const folder = path.join(root, 'inside', 'deep');
  mkdirSync(folder, { recursive: true });
  const names = (of: string) => readdirSync(of);
  return {
    folder,
    strays: () =>
      [...names(root), ...names(path.join(root, 'inside'))].filter((name) => !/^(inside|deep)$/.test(name)),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const texts = (...all: string[]) => all.map((text) => Buffer.from(text));

function inFile(folder: string, name: string): (bytes: Buffer) => string {
  const file = path.join(folder, name);
  return (bytes) => {
    writeFileSync(file, bytes);
    return file;
  };
}

function safetensors(folder: string): Target {
  const written = inFile(folder, 'a.safetensors');
  const header = encodeHeader(
    [
      ['a.weight', 'F32', [2, 3]],
      ['b', 'I32', [2]],
    ],
    { format: 'x', config: '{"a":1}' },
  );
  return {
    name: 'safetensors',
    corpus: [Buffer.concat([header, Buffer.alloc(32, 7)]), Buffer.from(encodeHeader([], {}))],
    read: (bytes) => readSafetensors(written(bytes)),
  };
}

const BPE = {
  version: '1.0',
  added_tokens: [{ id: 5, content: '</s>', special: true, lstrip: false, rstrip: false, single_word: false }],
  normalizer: {
    type: 'Sequence',
    normalizers: [{ type: 'NFC' }, { type: 'Replace', pattern: { String: 'x' }, content: 'y' }],
  },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: "'s|\\p{L}+|\\s+" }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
    ],
  },
  post_processor: { type: 'ByteLevel', trim_offsets: true },
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', unk_token: null, vocab: { a: 0, b: 1, ab: 2, Ġ: 3, c: 4 }, merges: [['a', 'b']] },
};
const UNIGRAM = {
  version: '1.0',
  normalizer: { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
    pair: [],
    special_tokens: { '</s>': { id: '</s>', ids: [1], tokens: ['</s>'] } },
  },
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['</s>', 0],
      ['▁a', -1.5],
      ['b', -2],
    ],
    byte_fallback: false,
  },
};

function tokenizer(folder: string): Target {
  const written = inFile(folder, 'tokenizer.json');
  writeFileSync(path.join(folder, 'tokenizer_config.json'), '{"eos_token":"</s>"}');
  return {
    name: 'tokenizer',
    corpus: texts(JSON.stringify(BPE), JSON.stringify(UNIGRAM)),
    read: (bytes) => {
      written(bytes);
      return openTokenizer(folder).pieces('ab c\u0301 xé 日本');
    },
  };
}

function idx(folder: string): Target {
  const written = inFile(folder, 'a-ubyte');
  return {
    name: 'idx',
    corpus: [writeIdx('images', new Uint8Array(2 * 784)), writeIdx('labels', Uint8Array.of(1, 2, 3))],
    read: (bytes) => readIdx(written(bytes), bytes.length % 2 === 0 ? 'images' : 'labels'),
  };
}

const CONFIG = `
name: a
dataset: { kind: world, n_entities: 120, n_attributes: 4, n_values: 4 }
model: &m { architecture: gpt2, d_model: 16, n_layers: 1, n_heads: 2 }
training:
  optimizer: { name: adamw, beta2: 0.99 }
  stage1: { epochs: 3, batch_size: 64, lr: 1.0e-3 }
subsets: { fractions: { qd1consis: 0.25 } }
evaluation: { tests: [questions, association] }
seeds: 600..604
`;

function yaml(): Target {
  const other =
    'task: images\nseeds: [1, 2]\ndataset: { kind: mnist, letters: 3 }\ntraining: { stage1: { lr: 1 } }\n';
  return {
    name: 'yaml',
    corpus: texts(CONFIG, other, 'a: &a [1]\nb: *a\n<<: { c: 1 }\n'),
    read: (bytes) => resolveConfig(parseYaml(bytes.toString('utf8'), 'a.yaml')),
  };
}

function pyyaml(): Target {
  return {
    name: 'pyyaml',
    corpus: texts('a: 1e-3\nb: yes\nc: !!python/tuple [1, 2]\nd: 0o17\n', CONFIG),
    read: (bytes) => parsePyYaml(bytes.toString('utf8'), 'a.yaml'),
  };
}

function csv(folder: string): Target {
  const written = inFile(folder, 'a.csv');
  const { dataset } = resolveConfig({ dataset: { kind: 'csv', path: path.join(folder, 'a.csv') } });
  return {
    name: 'csv',
    corpus: texts(
      'name,town,craft\nAda,London,maths\n"Kurt ""G""",Wien,logic\n"a\nb",x;y,\n',
      'Name\tBorn\tDied\nx\t1900\t1950\ny\t1901\tn/a\n',
      '# a\n\n;;\nname;a;b\n1,5;2;3\n=1+1;4;5\n',
    ),
    read: (bytes) => {
      written(bytes);
      return loadCsv(dataset as CsvConfig, 0);
    },
  };
}

function json(folder: string): Target {
  const written = inFile(folder, 'a.json');
  return {
    name: 'json',
    corpus: texts('[{"a":"b","c":[1,2]},{"a":"]"}]', '[1, "a\\"]", null, [[]]]', '\uFEFF[]'),
    read: (bytes) =>
      readJsonItems(
        written(bytes),
        {},
        () => Promise.resolve(),
        () => {},
      ),
  };
}

/** As PyTorch wrote them; a checksum finds every change, so that what is decoded is seldom changed. */
function events(): Target {
  const golden = path.join(import.meta.dirname, '../../test/golden/event-files');
  const written = readdirSync(golden).filter((name) => name.endsWith('.tfevents'));
  return {
    name: 'events',
    corpus: written.map((name) => readFileSync(path.join(golden, name))),
    read: (bytes) => readEventFile('a.tfevents', [bytes], () => {}),
  };
}

/** A history with one experiment that nothing trained. */
function smallHistory(file: string): History {
  const history = openHistory(file);
  history.createExperiment({ config: resolveConfig({ name: 'a', seeds: 1 }), version: '0', start: false });
  return history;
}

/** Whole files, whose hash finds every change, and their content, packed again so that it does not. */
async function bundle(folder: string): Promise<Target> {
  const [file, content] = [path.join(folder, 'a.credence'), path.join(folder, 'content')];
  const from = smallHistory(path.join(folder, 'from.sqlite'));
  await writeBundle(from, [1], file);
  await unpack(file, content);
  from.close();
  const into = openHistory(path.join(folder, 'history.sqlite'));
  const about = { version: '0', schema: MIGRATIONS.length, experiments: 1 };
  return {
    name: 'bundle',
    corpus: [readFileSync(file), readFileSync(content)],
    async read(bytes) {
      const whole = bytes.subarray(0, 8).toString('latin1') === 'credence';
      writeFileSync(whole ? file : content, bytes);
      if (!whole) await pack(content, file, about, LEVEL.weights);
      return readBundle(into, file);
    },
    close: () => Promise.resolve(into.close()),
  };
}

/** Methods that start processes or threads, write where they are told to, or reach the network. */
const NOT_CALLED =
  /^(models\.|sweeps\.(create|estimate)|analyses\.start|datasets\.inspect|design\.(preview|exportData|knownFacts)|experiments\.(create|start|addSeeds))/;

/** Values that fields of arguments take; the first that fits is where the inputs start from. */
const SAMPLES = [
  ...[1, 'a', true, [1], ['a'], {}, [], 'csv', 'svg', 'json', 'stage1', 'questions', 'iml'],
  ...[{ name: 'a', seeds: 1 }, { kind: 'csv', path: 'a.csv' }, { experiments: [1] }, 'YQ==', null],
];

/** A good message for a method, as far as the samples go. */
function sampleMessage(method: Method): string {
  const schema = ARGUMENTS[method] as unknown as { shape?: Record<string, z.ZodType> };
  const fields = Object.entries(schema.shape ?? {}).map(([name, field]) => [
    name,
    SAMPLES.find((sample) => field.safeParse(sample).success),
  ]);
  return JSON.stringify([method, Object.fromEntries(fields)]);
}

/** Messages as a transport hands them on: a method, and arguments of any shape. */
function api(folder: string): Target {
  const history = smallHistory(path.join(folder, 'history.sqlite'));
  const launch = () => {
    throw new Error('nothing trains here');
  };
  const service = createService({ history, launch, host: 'in-process' });
  const methods = (Object.keys(ARGUMENTS) as Method[]).filter((name) => !NOT_CALLED.test(name));
  return {
    name: 'api',
    corpus: texts(...methods.map(sampleMessage)),
    async read(bytes) {
      const [method, args] = message(bytes.toString('utf8'));
      if (!NOT_CALLED.test(method)) await service.answer(method, args);
    },
    close: async () => void (await service.close()),
  };
}

/** Text that is no JSON never gets as far: it stands for an argument. */
function message(text: string): [string, unknown] {
  try {
    const parsed = JSON.parse(text) as unknown;
    return Array.isArray(parsed) ? [String(parsed[0]), parsed[1]] : ['experiments.get', parsed];
  } catch {
    const method = /^\["([\w.]+)"/.exec(text)?.[1];
    return [method ?? 'experiments.get', { id: text, text, name: text }];
  }
}
