/** What can be looked at inside the network of pictures. */
import * as tf from '@tensorflow/tfjs-core';
import type { ProbeLabel } from '#shared/analysis.ts';
import type { OptimizerConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import { SUBSETS, type SubsetName } from '#shared/subsets.ts';
import { floatSpec, type Program } from '../../engines/engine.ts';
import { convnext } from '../../models/convnext.ts';
import { stagesOf, type ConvNextSpec } from '../../models/convnext-spec.ts';
import { residualAfter, residualBefore } from '../../models/watch.ts';
import { layoutsOf, weightsIn, weightSpecs } from '../../steps/training-program.ts';
import type { Inside, PromptChoice, PromptSet } from '../inside.ts';
import { networkGradients } from '../network-inside.ts';
import { scenePictures } from './batches.ts';
import type { ImageData, ImageExample } from './data.ts';
import { imageStep } from './step.ts';

interface Subject {
  data: ImageData;
  model: ConvNextSpec;
  optimizer: OptimizerConfig;
}

const MOST_ROWS = 64;
const FEWEST = 10;

export function imagesInside(subject: Subject): Inside {
  return {
    gradients: () => gradientSource(subject),
    prompts: (choice) => Promise.resolve(pictures(subject, choice)),
  };
}

function gradientSource({ data, model, optimizer }: Subject) {
  const scenes = scenesOf(data);
  const examples = scenes.map(({ kind, subset, alias }) => ({
    kind: kind === 'definition' ? ('definition' as const) : ('question' as const),
    subset,
    entity: alias,
  }));
  return networkGradients(imageStep(model, 1, 'float32'), optimizer, examples, (i) => ({
    ...scenePictures(data, [{ scene: scenes[i], number: i }], 1),
  }));
}

/** Definitions, and questions: those that are trained on, and those asked in the test of aliases that have none. */
function scenesOf({ stages, tests }: ImageData): ImageExample[] {
  const trained = stages.flatMap(({ examples }) => examples);
  const asked = new Set(trained.filter(({ kind }) => kind === 'qa').map(({ subset }) => subset));
  return [...trained, ...questions({ tests }).filter(({ subset }) => !asked.has(subset))];
}

function questions({ tests }: Pick<ImageData, 'tests'>): ImageExample[] {
  return tests.flatMap(({ test, subset, ...scene }) =>
    test === 'questions' && subset !== 'd2incons' ? [{ ...scene, kind: 'qa' as const, subset }] : [],
  );
}

/** Questions about one marked cell, one picture for each alias; the residual stream is averaged over the picture. */
function pictures({ data, model }: Subject, choice: PromptChoice): PromptSet {
  const { names, groupOf } = classesOf(choice.label);
  const trained = data.stages.flatMap(({ examples }) => examples.filter(({ kind }) => kind === 'qa'));
  const all = [...trained, ...questions(data)].filter(({ subset }) => groupOf(subset) !== null);
  const cell = cellOf(all, choice.template);
  const byAlias = new Map(all.filter((scene) => scene.cell === cell).map((scene) => [scene.alias, scene]));
  const random = randomStream(data.seed, 'probes');
  const members = ([0, 1] as const).map((name) =>
    random.shuffle([...byAlias.values()].filter(({ subset }) => groupOf(subset) === name)),
  );
  const sizes = members.map(({ length }) => length);
  const size = Math.min(choice.most, ...sizes);
  if (size < FEWEST)
    throw new UserError(
      'probes.few',
      `probes: ${sizes[0]} aliases are of ${names[0]} and ${sizes[1]} of ${names[1]}; both need ${FEWEST}: choose other groups, or an experiment with more aliases`,
    );
  const mixed = random.shuffle(
    members.flatMap((scenes, name) => scenes.slice(0, size).map((scene) => ({ scene, name }))),
  );
  const rows = Math.min(MOST_ROWS, mixed.length);
  return {
    classes: names,
    labels: Uint8Array.from(mixed, ({ name }) => name),
    template: `cell ${(cell ?? 0) + 1}`,
    why: `the marked cell that most aliases are asked about: ${sizes.join(' and ')} aliases, of which ${size} each; held-out digits, averaged over the picture`,
    tokens: [{ text: 'picture', role: 'other' }],
    layers: layersOf(model),
    rows,
    program: (layers) => residualProgram(model, rows, layers),
    inputs: (wanted) => ({
      images: scenePictures(
        data,
        wanted.map((at) => ({ scene: mixed[at].scene, number: at })),
        rows,
      ).images,
    }),
  };
}

function classesOf(label: ProbeLabel): {
  names: [string, string];
  groupOf(subset: SubsetName): 0 | 1 | null;
} {
  const tags = { reliable: 0, unreliable: 1 } as const;
  if (label.by === 'tag')
    return {
      names: ['reliable tag', 'unreliable tag'],
      groupOf: (subset) => tags[SUBSETS[subset].tag as keyof typeof tags] ?? null,
    };
  if (label.by !== 'subsets' || label.first === label.second)
    throw new UserError(
      'probes.label',
      'probes: pictures are told apart by two different subsets, or by tag',
    );
  const { first, second } = label;
  return {
    names: [first, second],
    groupOf: (subset) => (subset === first ? 0 : subset === second ? 1 : null),
  };
}

/** The one that is asked about most, or that is named, as `cell 2`. */
function cellOf(scenes: readonly ImageExample[], template: string | null): number | null {
  const counts = new Map<number, number>();
  for (const { cell } of scenes) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const cells = [...counts].toSorted((a, b) => b[1] - a[1]).map(([cell]) => cell);
  if (template === null) return cells[0] ?? null;
  const named = cells.find((cell) => `cell ${cell + 1}` === template.trim().toLowerCase());
  if (named !== undefined) return named;
  throw new UserError(
    'probes.template',
    `probes: "${template}" is no cell; there are: ${cells.map((c) => `cell ${c + 1}`).join(', ')}`,
  );
}

function layersOf(model: ConvNextSpec) {
  return stagesOf(model).flatMap(({ depth, channels }, stage) => {
    const stack = `encoder.stages.${stage}.layers`;
    const after = Array.from({ length: depth }, (_, i) => residualAfter(stack, i));
    return [residualBefore(stack), ...after].map((name) => ({ name, width: channels }));
  });
}

/** Inputs: `images`. Outputs: the named layers, averaged over each picture, (B, D) each. */
function residualProgram(model: ConvNextSpec, rows: number, layers: readonly string[]): Program {
  const layouts = layoutsOf(model);
  return {
    name: 'residual',
    state: weightSpecs(layouts),
    inputs: { images: floatSpec(rows, model.height, model.width, model.channels) },
    body(state, { images }) {
      const outputs: Record<string, tf.Tensor> = {};
      convnext.forward(model, weightsIn(layouts, state), images, (name, x) => {
        if (layers.includes(name)) outputs[name] = tf.mean(tf.reshape(x, [rows, -1, x.shape[1] ?? 1]), 1);
      });
      return { outputs, next: {} };
    },
  };
}
