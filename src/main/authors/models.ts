/** Shapes of the published models that the authors' configs name, from the models' own published configs. */
import type { ModelConfig } from '#shared/config.ts';

export interface PublishedModel {
  model: Partial<ModelConfig>;
  /** What of the published model is not the same here; empty for nothing. */
  differs: string;
}

/** d_model, n_layers, n_heads. */
type Size = [number, number, number];

const PYTHIA: Record<string, Size> = {
  '14m': [128, 6, 4],
  '31m': [256, 6, 8],
  '70m': [512, 6, 8],
  '160m': [768, 12, 12],
  '410m': [1024, 24, 16],
  '1b': [2048, 16, 8],
  '1.4b': [2048, 24, 16],
  '2.8b': [2560, 32, 32],
  '6.9b': [4096, 32, 32],
  '12b': [5120, 36, 40],
};

const GPT_NEO: Record<string, Size> = {
  '125m': [768, 12, 12],
  '350m': [1024, 24, 16],
  '1.3b': [2048, 24, 16],
  '2.7b': [2560, 32, 20],
};

const GPT2: Record<string, Size> = {
  '': [768, 12, 12],
  '-medium': [1024, 24, 16],
  '-large': [1280, 36, 20],
  '-xl': [1600, 48, 25],
};

/** v1.0; the heads of the larger ones are wider than their share of d_model. */
const T5: Record<string, Size> = {
  small: [512, 6, 8],
  base: [768, 12, 12],
  large: [1024, 24, 16],
};

/** With the width of the MLP. */
const LLAMA: Record<string, [...Size, number]> = {
  '7b': [4096, 32, 32, 11_008],
  '13b': [5120, 40, 40, 13_824],
  '70b': [8192, 80, 64, 28_672],
};

/**
 * The shape of a published model.
 * @param name as on the hub, with or without its owner
 * @returns null for a name that is not known
 */
export function publishedModel(name: string): PublishedModel | null {
  const short = name.toLowerCase().split('/').at(-1)!;
  const size = (pattern: RegExp) => pattern.exec(short)?.[1] ?? null;
  return (
    pythia(size(/^pythia-([\d.]+[mb])(?:-deduped)?(?:-v0)?$/)) ??
    gptNeo(size(/^gpt-neo-([\d.]+[mb])$/)) ??
    gptJ(short) ??
    gpt2(size(/^gpt2(-medium|-large|-xl|)$/)) ??
    t5(size(/^t5-(small|base|large)$/)) ??
    llama(size(/^llama-2-(\d+b)(?:-chat)?(?:-hf)?$/))
  );
}

/** Names that the shapes are known of, for a message. */
export const KNOWN_MODELS = 'Pythia, GPT-Neo, GPT-J, GPT-2, Llama 2 and T5 up to large';

/** Whether a name is that of an encoder–decoder model other than T5, which there are none of here. */
export function isOtherEncoder(name: string): boolean {
  return /(?:^|\/)(?:flan-)?(?:u?mt5|byt5|bart|m?bart|ul2|pegasus)/i.test(name);
}

/** T5 in any version: `t5-small`, `google/t5-v1_1-base`, `google/flan-t5-large`. */
export function isT5(name: string): boolean {
  return /(?:^|\/)(?:flan-)?t5[-_]/i.test(name);
}

/** A pre-trained model by the name that the Hub has it under. */
export function hubModel(name: string): { model: string; differs: string } {
  if (/^EleutherAI\/gpt-neo-6b$/i.test(name)) return { model: 'EleutherAI/gpt-j-6b', differs: NO_NEO_6B };
  return { model: name, differs: '' };
}

/** The authors call the 6B model GPT-Neo. */
const NO_NEO_6B = 'taken for GPT-J 6B: no GPT-Neo of this size was published';

function shape([d_model, n_layers, n_heads]: readonly number[]) {
  return { d_model, n_layers, n_heads };
}

function pythia(size: string | null): PublishedModel | null {
  if (size === null || !(size in PYTHIA)) return null;
  return { model: { architecture: 'gpt-neox', ...shape(PYTHIA[size]) }, differs: '' };
}

function gptNeo(size: string | null): PublishedModel | null {
  if (size === null || !(size in GPT_NEO)) return null;
  const differs =
    'every second layer of GPT-Neo looks back 256 tokens only, which no text here is longer than';
  return { model: { architecture: 'gpt2', ...shape(GPT_NEO[size]) }, differs };
}

function gptJ(short: string): PublishedModel | null {
  if (short !== 'gpt-j-6b' && short !== 'gpt-neo-6b') return null;
  const model = { architecture: 'gpt-neox', d_model: 4096, n_layers: 28, n_heads: 16 } as const;
  return { model, differs: short === 'gpt-neo-6b' ? NO_NEO_6B : '' };
}

function gpt2(size: string | null): PublishedModel | null {
  if (size === null) return null;
  return { model: { architecture: 'gpt2', ...shape(GPT2[size]) }, differs: '' };
}

function t5(size: string | null): PublishedModel | null {
  if (size === null) return null;
  return { model: { architecture: 't5', ...shape(T5[size]), layer_norm_eps: 1e-6 }, differs: '' };
}

function llama(size: string | null): PublishedModel | null {
  if (size === null || !(size in LLAMA)) return null;
  const [, , , d_mlp] = LLAMA[size];
  return {
    model: {
      architecture: 'gpt-neox',
      ...shape(LLAMA[size]),
      d_mlp,
      rotary_fraction: 1,
      parallel_residual: false,
    },
    differs: 'Llama’s gated MLP and RMSNorm are not there: a plain MLP of that width and LayerNorm stand in',
  };
}
