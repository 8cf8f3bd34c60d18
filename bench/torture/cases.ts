/** What is trained while processes are killed: small, and of every kind whose resuming differs. */
import { tinyPretrained, pretrainedConfig } from '#test/tiny-pretrained.ts';

export interface Case {
  name: string;
  /** A config file. */
  yaml: string;
  /** Options of `credence run` and `credence resume`. */
  options: string[];
  /** Which evaluations and files must be those of the undisturbed run. */
  compared: RegExp;
  /** Seeds that share a graph with others than before, or none, have the same numbers within rounding (docs/seeds-together.md). */
  rounded?: boolean;
}

const POCKET = `
name: pocket
engine: onnx
dataset: { kind: world, n_entities: 120, n_attributes: 4, n_values: 4 }
model: { architecture: gpt2, d_model: 16, n_layers: 1, n_heads: 2 }
training:
  loss: targets
  optimizer: { name: adamw, beta2: 0.99 }
  stage0: { epochs: 10, batch_size: 64, lr: 1.0e-3, evaluate_every: 2 }
  stage1: { epochs: 20, batch_size: 64, lr: 1.0e-3, fact_share: 1, evaluate_every: 4, save_every: 10 }
  stage2: { epochs: 4, batch_size: 8, lr: 1.0e-3 }
evaluation: { tests: [questions, association], keep_answers: every }
`;

const IMAGES = `
task: images
name: images
engine: onnx
dataset: { kind: mnist, n_aliases: 60, letters: 3 }
model: { architecture: convnext, hidden_sizes: [8], depths: [1] }
training:
  stage1: { epochs: 12, batch_size: 32, evaluate_every: 2 }
  stage2: { epochs: 6, batch_size: 4, evaluate_every: 1 }
evaluation: { keep_answers: every }
seeds: 2
`;

const SWEEP = `${POCKET.replace('epochs: 20', 'epochs: 8').replace('epochs: 10', 'epochs: 4')}seeds: 1
sweep:
  over: { tags.correlation: [0.5, 0.75, 1] }
`;

const TWO = ['--jobs', '2'];

/** All of them, or those named. @throws Error for a name that there is not */
export function casesNamed(names: readonly string[] | null): Case[] {
  const model = tinyPretrained();
  const lora = pretrainedConfig(model).replace('micro_batch: 5', 'micro_batch: 5, lora: { rank: 2 }');
  const all: (Omit<Case, 'compared'> & Partial<Case>)[] = [
    { name: 'pocket', yaml: `${POCKET}seeds: 2\n`, options: TWO },
    {
      name: 'together',
      yaml: `${POCKET}seeds: 2\n`,
      options: ['--jobs', '1', '--together', '2'],
      rounded: true,
    },
    // Which of them trains what comes before stage 2, and is evaluated on the way, depends on who was killed.
    { name: 'shared', yaml: `${POCKET}seeds: 1\nseeds_stage2: 2\n`, options: TWO, compared: /stage2[ .]/ },
    { name: 'sweep', yaml: SWEEP, options: TWO },
    { name: 'images', yaml: IMAGES, options: TWO },
    { name: 'pretrained', yaml: pretrainedConfig(model), options: TWO },
    { name: 'lora', yaml: lora, options: TWO },
  ];
  const unknown = names?.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`--cases: "${unknown}" is none; there are ${all.map(({ name }) => name).join(', ')}`);
  const chosen = all.filter(({ name }) => names === null || names.includes(name));
  return chosen.map((one) => ({ compared: /./, ...one }));
}
