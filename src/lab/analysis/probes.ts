/** Linear probes (method: linear probes): one for each layer and token. */
import type { ParamsOf, ProbeResult } from '#shared/analysis.ts';
import type { EngineState } from '../engines/engine.ts';
import type { PromptSet } from '../tasks/inside.ts';
import { crossValidated } from './cross-validation.ts';
import { partOf, withWeights, type Given } from './given.ts';
import type { Rows } from './logistic-regression.ts';

const C = 0.01;
const FOLDS = 5;
/** Activations that are held at once, 256 MiB of them. */
const MOST_VALUES = 2 ** 26;

/** @throws UserError `probes.*` where the groups cannot be had */
export function probe(params: ParamsOf<'probes'>, given: Given): Promise<ProbeResult> {
  const { task, engine, checkpoints } = given;
  const kept = checkpoints.at(-1)!;
  return withWeights(given, kept.read(), async (state) => {
    const prompts = await partOf(task, 'prompts')(params, { engine, state });
    await given.told(0.05);
    const { classes, template, why, tokens, layers } = prompts;
    return {
      ...{ kind: 'probes', at: kept.at, classes, template, why, prompts: prompts.labels.length, tokens },
      layers: layers.map(({ name }) => name),
      accuracy: await accuracies(prompts, given, state),
    };
  });
}

/** By layer and token; as many layers at a time as are held at once. */
async function accuracies(prompts: PromptSet, given: Given, state: EngineState): Promise<number[][]> {
  const { layers, tokens, labels } = prompts;
  const widest = Math.max(...layers.map(({ width }) => width));
  const atOnce = Math.max(1, Math.floor(MOST_VALUES / (widest * tokens.length * labels.length)));
  const found: number[][] = [];
  for (let from = 0; from < layers.length; from += atOnce) {
    const part = layers.slice(from, from + atOnce);
    const activations = await read(prompts, part, given, state);
    for (const columns of activations) {
      const row: number[] = [];
      for (const column of columns) {
        row.push(crossValidated(column, labels, { c: C, folds: FOLDS }));
        const done = found.length + row.length / tokens.length;
        await given.told(0.1 + (0.9 * done) / layers.length);
      }
      found.push(row);
    }
  }
  return found;
}

/** Activations of all prompts by layer and token. */
async function read(
  { labels, tokens, rows, program, inputs }: PromptSet,
  layers: PromptSet['layers'],
  { engine }: Given,
  state: EngineState,
): Promise<Rows[][]> {
  const compiled = await engine.compile(program(layers.map(({ name }) => name)));
  const count = labels.length;
  const kept = layers.map(({ width }) =>
    tokens.map((): Rows => ({ count, width, data: new Float64Array(count * width) })),
  );
  for (let from = 0; from < count; from += rows) {
    const wanted = Array.from({ length: Math.min(rows, count - from) }, (_, i) => from + i);
    const outputs = await compiled.run(state, inputs(wanted));
    layers.forEach(({ name, width }, layer) =>
      wanted.forEach((prompt, row) =>
        tokens.forEach((_, column) => {
          const at = (row * tokens.length + column) * width;
          kept[layer][column].data.set(outputs[name].subarray(at, at + width), prompt * width);
        }),
      ),
    );
  }
  compiled.dispose();
  return kept;
}
