/** Config of a language model that begins with pre-trained weights. */
import { z } from 'zod';
import { count } from '../values.ts';

/** Linear layers that get low-rank matrices: queries, keys and values; the attention's output; the MLP. */
const LORA_TARGETS = ['qkv', 'out', 'mlp'] as const;

export type LoraTarget = (typeof LORA_TARGETS)[number];

const loraSchema = z.strictObject({
  rank: count(1024).default(8).describe('Rank of the matrices A and B beside each weight.'),
  alpha: z
    .number()
    .positive()
    .max(10_000)
    .default(16)
    .describe('What they compute is multiplied with alpha / rank.'),
  targets: z
    .array(z.enum(LORA_TARGETS))
    .min(1)
    .default([...LORA_TARGETS])
    .describe('Layers that get them: qkv (queries, keys and values), out (the attention’s output), mlp.'),
});

export const pretrainedSchema = z.strictObject({
  model: z
    .string()
    .min(1, 'a folder, or the name of a model that "credence models" lists')
    .describe(
      'Folder in Hugging Face’s layout, relative to the config file, or the name of a model in the Hub cache of this machine.',
    ),
  max_new_tokens: count(256)
    .default(8)
    .describe('Tokens of an answer at most; it also ends at a line break or the end of text.'),
  micro_batch: count(65_536)
    .nullable()
    .default(null)
    .describe(
      'Texts whose activations are held at once; the gradients of a batch are added up over so many at a time. null takes the whole batch, or as many as fit well into memory.',
    ),
  mask_padding: z
    .boolean()
    .default(true)
    .describe(
      'Padding does not count in the loss. false lets it count, as the authors’ code does: each text is filled up to block_size tokens (a T5’s answer to label_block_size), and the model learns what follows its end.',
    ),
  block_size: count(65_536)
    .default(48)
    .describe('Tokens that a text is filled up to where padding counts (mask_padding: false); none is cut.'),
  label_block_size: count(65_536)
    .default(8)
    .describe('Tokens that the answer of a T5 is filled up to where padding counts (mask_padding: false).'),
  frozen_layers: z
    .int()
    .min(0)
    .max(1000)
    .nullable()
    .default(null)
    .describe(
      'So many blocks from the first stay as they are (of a T5 in encoder and decoder), and so do the embeddings (with a tied head that too). null trains all.',
    ),
  lora: loraSchema
    .nullable()
    .default(null)
    .describe(
      'Trains low-rank matrices beside the weights (LoRA) and leaves the weights as they are; null trains the weights.',
    ),
});

export type PretrainedConfig = z.output<typeof pretrainedSchema>;
