/** Config of a language model that begins with pre-trained weights. */
import { z } from 'zod';
import { count } from '../values.ts';

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
      'Texts whose activations are held at once; the gradients of a batch are added up over so many at a time. null takes as many as fit well into memory.',
    ),
});

export type PretrainedConfig = z.output<typeof pretrainedSchema>;
