/** A folder's weights as the flat vector of a model, and back. */
import { UserError } from '#shared/errors.ts';
import { parameterCount, sidesOf, type ParameterEntry, type ParameterLayout } from '../layout.ts';
import { wholeLayout } from '../registry.ts';
import type { TextSpec } from '../text-model.ts';
import type { ForeignNames, ForeignWeight } from './architecture.ts';
import { namesOf } from './index.ts';

/** Where weights are read from: a folder (weights/model-folder.ts). */
export interface WeightSource {
  tensors: ReadonlyMap<string, { shape: readonly number[] }>;
  readInto(name: string, target: Float32Array): void;
}

/** A weight as a folder holds it. */
export interface NamedWeight {
  name: string;
  shape: number[];
  /** Made when it is asked for, so that only one such array is held at a time. */
  data: () => Float32Array;
}

/** Buffers that some versions of transformers saved and that no model needs. */
const BUFFERS =
  /(\.attn\.(attention\.)?(bias|masked_bias)|rotary_emb\.inv_freq|attention\.(bias|masked_bias)|\.EncDecAttention\.relative_attention_bias\.weight)$/;

/** How one of our weights stands in a folder. */
export function foreignOf(names: ForeignNames, { name, shape }: ParameterEntry): ForeignWeight {
  const [, stack = '', layer, inLayer] = /^(\w+\.)?layers\.(\d+)\.(.*)$/.exec(name) ?? [];
  const rest = inLayer === undefined ? name : stack + inLayer;
  const dot = rest.lastIndexOf('.');
  const [part, kind] = [rest.slice(0, dot), rest.slice(dot + 1)];
  const place = layer === undefined ? '' : names.layer(Number(layer), stack);
  const table = /(^|\.)(embedding|positions|head)$/.test(part);
  return {
    name: `${place}${names.parts[part]}.${kind}`,
    row_per_output: names.row_per_output && shape.length === 2 && !table,
    outputs: names.outputs?.(part) ?? null,
  };
}

/** Whether a folder has a row of a weight where we have a column. */
const isTransposed = ({ row_per_output = false }: ParameterEntry, foreign: ForeignWeight): boolean =>
  row_per_output !== foreign.row_per_output;

/** Shape in a folder. */
const foreignShape = (entry: ParameterEntry, foreign: ForeignWeight): number[] =>
  isTransposed(entry, foreign) ? entry.shape.toReversed() : [...entry.shape];

/** Side of the squares in which a matrix is turned: both of their rows stay in the cache. */
const BLOCK = 32;

/** Calls with pairs of places, ours and theirs, of a weight. */
function forEachPair(
  entry: ParameterEntry,
  { row_per_output, outputs: order }: ForeignWeight,
  act: (ours: number, theirs: number) => void,
): void {
  const [length] = entry.shape;
  const { inputs, outputs } = entry.shape.length === 1 ? { inputs: 1, outputs: length } : sidesOf(entry);
  const place = (byOutput: boolean) => (i: number, o: number) =>
    byOutput ? o * inputs + i : i * outputs + o;
  const [ours, theirs] = [place(entry.row_per_output ?? false), place(row_per_output)];
  for (let top = 0; top < inputs; top += BLOCK)
    for (let left = 0; left < outputs; left += BLOCK) {
      const [bottom, right] = [Math.min(top + BLOCK, inputs), Math.min(left + BLOCK, outputs)];
      for (let o = left; o < right; o++) {
        const column = order ? order[o] : o;
        for (let i = top; i < bottom; i++) act(ours(i, o), theirs(i, column));
      }
    }
}

function missing(name: string): UserError {
  return new UserError(
    'weights.missing-tensor',
    `the weights hold no ${name}; the folder is incomplete or config.json belongs to another model`,
  );
}

function checkShape(name: string, shape: readonly number[], expected: readonly number[]): void {
  if (shape.join() === expected.join()) return;
  throw new UserError(
    'weights.shape',
    `the weight ${name} is [${shape.join(', ')}] and config.json asks for [${expected.join(', ')}]; the folder holds parts of different models`,
  );
}

/** The names under which a source holds a weight, at least one; some leave the prefix out. */
function heldNames({ tensors }: WeightSource, { prefix, aliases }: ForeignNames, name: string): string[] {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const held = new Set([name, bare, ...(aliases?.[name] ?? [])].filter((one) => tensors.has(one)));
  if (held.size === 0) throw missing(name);
  return [...held];
}

/** Weights that the model has no place for would be lost without a word. */
function checkAllUsed(source: WeightSource, used: ReadonlySet<string>, spec: TextSpec): void {
  const odd = [...source.tensors.keys()].filter(
    (name) =>
      !used.has(name) &&
      !BUFFERS.test(name) &&
      !(spec.tied_head && /^(lm_head|embed_out)\.weight$/.test(name)),
  );
  if (odd.length === 0) return;
  throw new UserError(
    'weights.unknown-tensor',
    `the weights hold ${odd.length} that a ${spec.architecture} model has not (${odd.slice(0, 3).join(', ')}); is this a model of another kind?`,
  );
}

/**
 * The flat vector of a model from a folder; reads one weight at a time.
 * @param layout the weights that are wanted; all unless said
 * @throws UserError `weights.*` where one is missing, has another shape, or has no place in the model
 */
export function readPretrained(
  spec: TextSpec,
  source: WeightSource,
  layout: ParameterLayout = wholeLayout(spec),
): Float32Array {
  const names = namesOf(spec);
  checkWeights(spec, names, source);
  const parameters = new Float32Array(parameterCount(layout));
  const all = layout.map((entry) => ({ entry, foreign: foreignOf(names, entry) }));
  // One for all that are turned: as many short-lived arrays as matrices would leave their memory with the process.
  const turning = new Float32Array(
    Math.max(
      0,
      ...all.filter(({ entry, foreign }) => isTurned(entry, foreign)).map(({ entry }) => entry.size),
    ),
  );
  for (const { entry, foreign } of all) {
    const [name] = heldNames(source, names, foreign.name);
    const target = parameters.subarray(entry.offset, entry.offset + entry.size);
    if (isTurned(entry, foreign)) readTurned(source, name, { entry, foreign }, target, turning);
    else source.readInto(name, target);
  }
  return parameters;
}

/** Every weight is there in its shape, and no other one. */
function checkWeights(spec: TextSpec, names: ForeignNames, source: WeightSource): void {
  const used = wholeLayout(spec).flatMap((entry) => {
    const foreign = foreignOf(names, entry);
    const held = heldNames(source, names, foreign.name);
    const [name] = held;
    checkShape(name, source.tensors.get(name)!.shape, foreignShape(entry, foreign));
    return held;
  });
  checkAllUsed(source, new Set(used), spec);
}

/** Whether a folder holds a weight in another order than we do. */
function isTurned(entry: ParameterEntry, foreign: ForeignWeight): boolean {
  return isTransposed(entry, foreign) || foreign.outputs !== null;
}

/** @param turning room for it as the folder holds it */
function readTurned(
  source: WeightSource,
  name: string,
  { entry, foreign }: { entry: ParameterEntry; foreign: ForeignWeight },
  target: Float32Array,
  turning: Float32Array,
): void {
  const theirs = turning.subarray(0, entry.size);
  source.readInto(name, theirs);
  forEachPair(entry, foreign, (ours, at) => {
    target[ours] = theirs[at];
  });
}

/**
 * The weights of a flat vector as a folder names them, one at a time.
 * @param parameters (N)
 * @param layout which they are; all unless said
 */
export function* pretrainedWeights(
  spec: TextSpec,
  parameters: Float32Array,
  layout: ParameterLayout = wholeLayout(spec),
): Generator<NamedWeight> {
  const names = namesOf(spec);
  for (const entry of layout) {
    const foreign = foreignOf(names, entry);
    const own = parameters.subarray(entry.offset, entry.offset + entry.size);
    yield {
      name: foreign.name,
      shape: foreignShape(entry, foreign),
      data: () => turnedBack(own, entry, foreign),
    };
  }
}

function turnedBack(own: Float32Array, entry: ParameterEntry, foreign: ForeignWeight): Float32Array {
  if (!isTurned(entry, foreign)) return own;
  const data = new Float32Array(own.length);
  forEachPair(entry, foreign, (ours, at) => {
    data[at] = own[ours];
  });
  return data;
}
