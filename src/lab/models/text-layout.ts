/** All weights of a language model, trained or not, with an encoder or not. */
import type { ParameterLayout } from './layout.ts';
import { t5Layout } from './t5-layout.ts';
import type { TextSpec } from './text-model.ts';
import { transformerLayout } from './transformer-layout.ts';

export function wholeLayout(model: TextSpec): ParameterLayout {
  return model.architecture === 't5' ? t5Layout(model) : transformerLayout(model);
}
