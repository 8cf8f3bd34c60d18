/** T5 (Raffel et al., arXiv 1910.10683): v1.0, and v1.1, whose MLP is gated and whose head is a weight of its own. */
import { UserError } from '#shared/errors.ts';
import type { Stack } from '../t5-layout.ts';
import type { T5Spec } from '../t5-spec.ts';
import type { FolderConfig, PretrainedArchitecture } from './architecture.ts';
import { ACTIVATIONS, countField, flagField, idField, numberField } from './config-fields.ts';

/** `relu`, or `gated-gelu`, by which the tanh approximation is meant. */
function mlpFields(config: FolderConfig): Pick<T5Spec, 'activation' | 'gated'> {
  const written = config['feed_forward_proj'] ?? 'relu';
  const [, gate, name = ''] = typeof written === 'string' ? (/^(gated-)?([^-]+)$/.exec(written) ?? []) : [];
  const gated = gate !== undefined;
  const known = ACTIVATIONS[name as keyof typeof ACTIVATIONS];
  if (known) return { gated, activation: gated && name === 'gelu' ? 'gelu_new' : known };
  throw new UserError(
    'model.config',
    `config.json: feed_forward_proj is ${JSON.stringify(written)}; expected one of ${Object.keys(ACTIVATIONS).join(', ')}, with "gated-" before it or without`,
  );
}

/** Near distances need a bucket each, on both sides. */
function positionFields(config: FolderConfig): Pick<T5Spec, 'position_buckets' | 'furthest_position'> {
  const position_buckets = countField(config, 'relative_attention_num_buckets', 32);
  const furthest_position = countField(config, 'relative_attention_max_distance', 128);
  if (position_buckets >= 4 && furthest_position > position_buckets / 2)
    return { position_buckets, furthest_position };
  throw new UserError(
    'model.config',
    `config.json: relative_attention_num_buckets is ${position_buckets} and relative_attention_max_distance ${furthest_position}; expected at least 4 buckets, and a distance above half of them`,
  );
}

/**
 * Whether the head reads scaled rows and is the embedding. Older configs say both by `tie_word_embeddings`; the newest
 * transformers ties wherever no other head is saved.
 */
function headFields(config: FolderConfig, hasHead: boolean): Pick<T5Spec, 'scaled_head' | 'tied_head'> {
  const tied = flagField(config, 'tie_word_embeddings', true);
  const scaled_head = flagField(config, 'scale_decoder_outputs', tied);
  return { scaled_head, tied_head: scaled_head || !hasHead };
}

/** The token that a decoder begins with. */
function startField(config: FolderConfig, vocab_size: number): number {
  const id = idField(config, 'decoder_start_token_id', idField(config, 'pad_token_id', 0));
  if (id < vocab_size) return id;
  throw new UserError(
    'model.config',
    `config.json: decoder_start_token_id is ${id}, and vocab_size is ${vocab_size}; it has to be the id of a token`,
  );
}

/** Names of the weights in a block of a stack; `mlp` is the place of its MLP there. */
function partsOf(stack: Stack, mlp: number, gated: boolean): Record<string, string> {
  const attention = (ours: string, place: number, theirs: string) => ({
    [`${stack}.ln_${ours}`]: `layer.${place}.layer_norm`,
    ...Object.fromEntries(
      ['q', 'k', 'v', 'out'].map((part) => [
        `${stack}.${ours}.${part}`,
        `layer.${place}.${theirs}.${part === 'out' ? 'o' : part}`,
      ]),
    ),
  });
  return {
    ...attention('attention', 0, 'SelfAttention'),
    ...(stack === 'decoder' ? attention('cross', 1, 'EncDecAttention') : {}),
    [`${stack}.ln_mlp`]: `layer.${mlp}.layer_norm`,
    [`${stack}.mlp.gate`]: `layer.${mlp}.DenseReluDense.wi_0`,
    [`${stack}.mlp.in`]: `layer.${mlp}.DenseReluDense.${gated ? 'wi_1' : 'wi'}`,
    [`${stack}.mlp.out`]: `layer.${mlp}.DenseReluDense.wo`,
    [`${stack}.positions`]: `${stack}.block.0.layer.0.SelfAttention.relative_attention_bias`,
    [`${stack}.ln_final`]: `${stack}.final_layer_norm`,
  };
}

export const t5: PretrainedArchitecture<T5Spec> = {
  architecture: 't5',
  modelType: 't5',
  peftTask: 'SEQ_2_SEQ_LM',
  spec(config, weights) {
    const n_layers = countField(config, 'num_layers', 6);
    const vocab_size = countField(config, 'vocab_size', 32128);
    return {
      architecture: 't5',
      vocab_size,
      d_model: countField(config, 'd_model', 512),
      n_layers,
      n_decoder_layers: countField(config, 'num_decoder_layers', n_layers),
      n_heads: countField(config, 'num_heads', 8),
      d_head: countField(config, 'd_kv', 64),
      d_mlp: countField(config, 'd_ff', 2048),
      ...mlpFields(config),
      ...positionFields(config),
      ...headFields(config, weights.has('lm_head.weight')),
      layer_norm_eps: numberField(config, 'layer_norm_epsilon', 1e-6),
      init_factor: numberField(config, 'initializer_factor', 1),
      start_id: startField(config, vocab_size),
    };
  },
  names: ({ gated }) => ({
    prefix: 'transformer.',
    layer: (index, stack) => `${stack}block.${index}.`,
    parts: {
      embedding: 'shared',
      head: 'lm_head',
      ...partsOf('encoder', 1, gated),
      ...partsOf('decoder', 2, gated),
    },
    aliases: { 'shared.weight': ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight'] },
    row_per_output: true,
  }),
};
