/** Config of a multi-layer perceptron. */
import { z } from 'zod';
import { count } from '../values.ts';

export const mlpSchema = z.strictObject({
  architecture: z.literal('mlp').default('mlp').describe('A multi-layer perceptron with ReLU.'),
  n_hidden_layers: z.int().min(0).max(256).default(2).describe('Hidden layers; 0 is a linear model.'),
  hidden_size: count(65_536).default(256).describe('Units of each hidden layer.'),
});

export type MlpConfig = z.output<typeof mlpSchema>;
