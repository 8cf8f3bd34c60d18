/** Reads fields of a folder's `config.json`, and refuses what is not computed here. */
import { UserError } from '#shared/errors.ts';
import type { RotaryScaling } from '../transformer-spec.ts';
import type { FolderConfig } from './architecture.ts';

function refuse(message: string): never {
  throw new UserError('model.config', `config.json: ${message}`);
}

/** A whole number above 0. @param otherwise where the field is missing or null */
export function countField(config: FolderConfig, field: string, otherwise?: number): number {
  const value = config[field] ?? otherwise;
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    refuse(`${field} is ${JSON.stringify(value ?? null)}; expected a whole number above 0`);
  return value as number;
}

/** The id of a token: a whole number from 0. @param otherwise where the field is missing or null */
export function idField(config: FolderConfig, field: string, otherwise: number): number {
  const value = config[field] ?? otherwise;
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    refuse(`${field} is ${JSON.stringify(value)}; expected the id of a token`);
  return value as number;
}

export function numberField(config: FolderConfig, field: string, otherwise: number): number {
  const value = config[field] ?? otherwise;
  if (typeof value !== 'number' || !Number.isFinite(value))
    refuse(`${field} is ${JSON.stringify(value)}; expected a number`);
  return value;
}

export function flagField(config: FolderConfig, field: string, otherwise: boolean): boolean {
  const value = config[field] ?? otherwise;
  if (typeof value !== 'boolean') refuse(`${field} is ${JSON.stringify(value)}; expected true or false`);
  return value;
}

/** Names of activations there, to ours. */
export const ACTIVATIONS = {
  gelu: 'gelu',
  gelu_new: 'gelu_new',
  gelu_pytorch_tanh: 'gelu_new',
  gelu_fast: 'gelu_new',
  silu: 'silu',
  swish: 'silu',
  relu: 'relu',
} as const;

/** @throws UserError where the activation is another one */
export function activationField(config: FolderConfig, field: string, otherwise: keyof typeof ACTIVATIONS) {
  const value = config[field] ?? otherwise;
  const known = ACTIVATIONS[value as keyof typeof ACTIVATIONS];
  if (known === undefined)
    refuse(
      `${field} is ${JSON.stringify(value)}; activations computed here are ${Object.keys(ACTIVATIONS).join(', ')}`,
    );
  return known;
}

/** Refuses a field that changes what a model computes in a way that is not computed here. */
export function expectField(config: FolderConfig, field: string, ...allowed: unknown[]): void {
  const value = config[field] ?? allowed[0];
  if (!allowed.includes(value))
    refuse(
      `${field} is ${JSON.stringify(value)}; only ${allowed.map((one) => JSON.stringify(one)).join(' or ')} is computed here`,
    );
}

/** Base and scaling of rotary positions, in either of the ways in which transformers writes them. */
export function rotaryFields(config: FolderConfig): { base: number; scaling: RotaryScaling | null } {
  const scaling = (config['rope_parameters'] ?? config['rope_scaling'] ?? {}) as FolderConfig;
  const base = numberField(
    scaling,
    'rope_theta',
    numberField(config, 'rope_theta', numberField(config, 'rotary_emb_base', 10_000)),
  );
  return { base, scaling: scalingOf(scaling) };
}

function scalingOf(config: FolderConfig): RotaryScaling | null {
  const type = config['rope_type'] ?? config['type'] ?? 'default';
  if (type === 'default') return null;
  if (type === 'linear') return { type, factor: numberField(config, 'factor', 1) };
  if (type !== 'llama3')
    refuse(`the rotary scaling ${JSON.stringify(type)} is not computed here; default, linear and llama3 are`);
  return {
    type: 'llama3',
    factor: numberField(config, 'factor', 8),
    low_freq_factor: numberField(config, 'low_freq_factor', 1),
    high_freq_factor: numberField(config, 'high_freq_factor', 4),
    original_max_position_embeddings: countField(config, 'original_max_position_embeddings', 8192),
  };
}

/** The widest d_head that goes into d_model so often, or the one that is named. */
export function headWidth(d_model: number, n_heads: number, named: unknown): number {
  const width = named ?? d_model / n_heads;
  if (!Number.isSafeInteger(width) || (width as number) < 1)
    refuse(`${n_heads} attention heads do not divide a width of ${d_model}`);
  return width as number;
}

/** What GPT-2, GPT-Neo and GPT-J name alike. */
export function gptFields(config: FolderConfig) {
  return {
    activation: activationField(config, 'activation_function', 'gelu_new'),
    init_std: numberField(config, 'initializer_range', 0.02),
    layer_norm_eps: numberField(config, 'layer_norm_epsilon', 1e-5),
  };
}
