/** What is measured: training steps of models of the sizes people run here, on data like those they run them on. */
import type { Batch } from '#lab/corpus/batch.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import { resolveModel } from '#lab/models/registry.ts';
import { LanguageTask } from '#lab/tasks/language/task.ts';
import { loadConfig } from '#main/experiments/config-file.ts';
import type { ModelConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { randomStream } from '#shared/random.ts';
import { factsText } from './facts-text.ts';
import { imagesWork } from './images.ts';
import { languageWork, type Work } from './work.ts';

export interface Shape {
  name: string;
  /** For people. */
  about: string;
  work: () => Promise<Work>;
}

/** Stage 1 of the quick start: its texts, its model, the batches of its first epoch. */
async function pocket(): Promise<Work> {
  const config = loadConfig('pocket', {});
  if (config.task !== 'language') throw new Error('the pocket preset is of another task');
  const task = new LanguageTask(config, await loadDataset(config.dataset, 0), 0);
  const stage = task.plan().stages.find(({ id }) => id === 'stage1');
  if (!stage) throw new Error('the pocket preset has no stage 1');
  return languageWork({
    model: task.model,
    optimizer: config.training.optimizer,
    shape: task.shapeOf(stage),
    batches: [...task.batches(stage, 0)],
    lr: stage.config.lr,
  });
}

/** The paper's set inclusion (appendix): `VAR % n1 … nK =`, one token each, drawn at random. */
interface SetInclusion {
  /** All tokens: `%`, `=`, `true`, `false`, 99 numbers, the rest variables. */
  vocab_size: number;
  model: Partial<ModelConfig>;
  batch: number;
  /** K: numbers in a question. */
  numbers: number;
  /** Loss on the answer alone, or on every token. */
  loss: 'targets' | 'all';
}

const [PERCENT, EQUALS, FALSE, FIRST_NUMBER, N_NUMBERS] = [0, 1, 2, 4, 99];
const FIRST_VARIABLE = FIRST_NUMBER + N_NUMBERS;
const N_BATCHES = 16;

function setInclusion(options: SetInclusion): Promise<Work> {
  const { vocab_size, batch, numbers, loss } = options;
  const length = numbers + 3;
  const shape = { batch, length, targets: batch * (loss === 'all' ? length : 1) };
  const config = languageSchema.parse({
    model: options.model,
    training: { optimizer: { name: 'adafactor' } },
  });
  const model = resolveModel(config.model, { vocab_size, n_ctx: length });
  const random = randomStream(0, 'bench');
  const question = () => [
    FIRST_VARIABLE + random.int(vocab_size - FIRST_VARIABLE),
    PERCENT,
    ...Array.from({ length: numbers }, () => FIRST_NUMBER + random.int(N_NUMBERS)),
    EQUALS,
    FALSE + random.int(2),
  ];
  const batches = Array.from({ length: N_BATCHES }, () =>
    questionBatch(
      Array.from({ length: batch }, question),
      loss === 'all' ? Array.from({ length }, (_, at) => at) : [length - 1],
    ),
  );
  const { optimizer } = config.training;
  return Promise.resolve(languageWork({ model, optimizer, shape, batches, lr: 5e-5 }));
}

/** Rows of tokens, each with a loss on what follows the given places. */
function questionBatch(rows: number[][], places: number[]): Batch {
  const length = rows[0].length - 1;
  return {
    tokens: Int32Array.from(rows.flatMap((row) => row.slice(0, -1))),
    positions: Int32Array.from(rows.flatMap((_, i) => places.map((at) => i * length + at))),
    labels: Int32Array.from(rows.flatMap((row) => places.map((at) => row[at + 1]))),
    weights: new Float32Array(rows.length * places.length).fill(1),
  };
}

const SMALL = {
  vocab_size: 200,
  model: { d_model: 256, n_layers: 4, n_heads: 4 },
  batch: 256,
  numbers: 9,
} as const;

export const SHAPES: Shape[] = [
  {
    name: 'pocket',
    about: 'quick start, stage 1: GPT-2, V 1661, D 128, L 2, B 128, T 4, AdamW',
    work: pocket,
  },
  {
    name: 'set-inclusion',
    about: 'GPT-NeoX, V 200, D 256, L 4, B 256, T 12, loss on the answer, Adafactor',
    work: () => setInclusion({ ...SMALL, loss: 'targets' }),
  },
  {
    name: 'set-inclusion-all',
    about: 'the same, loss on every token',
    work: () => setInclusion({ ...SMALL, loss: 'all' }),
  },
  {
    name: 'pythia-70m',
    about: 'GPT-NeoX 70M, V 8103 (8000 variables), D 512, L 6, B 128, T 11, loss on the answer, Adafactor',
    work: () =>
      setInclusion({
        vocab_size: FIRST_VARIABLE + 8000,
        model: { d_model: 512, n_layers: 6, n_heads: 8 },
        batch: 128,
        numbers: 8,
        loss: 'targets',
      }),
  },
  {
    name: 'pythia-70m-text',
    about:
      'GPT-NeoX 70M, V 50 304, facts about countries as its tokenizer splits them, B 32, loss on every token, Adafactor',
    work: () => factsText({ d_model: 512, n_layers: 6, n_heads: 8 }),
  },
  {
    name: 'mnist',
    about:
      'ConvNeXt V2: images of 56 × 56 in patches of 4, one stage of 4 blocks of 64 channels, B 128, AdamW',
    work: () => Promise.resolve(imagesWork()),
  },
];

/** Too much for a CPU. */
export const GPU_SHAPES: Shape[] = [
  {
    name: 'pythia-410m-text',
    about: 'GPT-NeoX 410M on the texts of pythia-70m-text',
    work: () => factsText({ d_model: 1024, n_layers: 24, n_heads: 16 }),
  },
];
