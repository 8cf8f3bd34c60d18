/** The residual stream of a text model at every token. */
import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../../../engines/engine.ts';
import { textModel } from '../../../models/registry.ts';
import { plainTargets } from '../../../models/sequences.ts';
import type { TextSpec } from '../../../models/text-model.ts';
import { residualAfter, residualBefore } from '../../../models/watch.ts';
import { layoutsOf, weightsIn, weightSpecs } from '../../../steps/training-program.ts';
import { readText, textInputs, type BatchShape } from '../inputs.ts';

export interface Layer {
  /** As TransformerLens names it. */
  name: string;
  width: number;
}

/** Layers from the input upwards. @param of what reads the questions, or what writes the answers: two stacks in a T5 */
export function residualLayers(model: TextSpec, of: 'questions' | 'answers'): Layer[] {
  const encoded = 'n_decoder_layers' in model;
  const stack = !encoded ? 'blocks' : of === 'questions' ? 'encoder' : 'decoder';
  const blocks = encoded && of === 'answers' ? model.n_decoder_layers : model.n_layers;
  const after = Array.from({ length: blocks }, (_, i) => residualAfter(stack, i));
  return [residualBefore(stack), ...after].map((name) => ({ name, width: model.d_model }));
}

/**
 * Inputs: those of texts, without `positions`. Outputs: the named layers, (B * T, D) each; of an encoder (B * S, D).
 */
export function residualProgram(model: TextSpec, shape: BatchShape, layers: readonly string[]): Program {
  const layouts = layoutsOf(model);
  const all = Int32Array.from({ length: shape.batch * shape.length }, (_, i) => i);
  const { tokens, input, input_ends } = textInputs(shape);
  return {
    name: 'residual',
    state: weightSpecs(layouts),
    inputs: { tokens, ...(input && { input, input_ends }) },
    body(state, given) {
      const outputs: Record<string, tf.Tensor> = {};
      const positions = tf.tensor1d(all, 'int32');
      const { texts } = readText({ ...given, positions }, shape);
      textModel(model).hidden(
        model,
        weightsIn(layouts, state),
        { texts, targets: plainTargets(positions) },
        (name, rows) => layers.includes(name) && (outputs[name] = rows),
      );
      return { outputs, next: {} };
    },
  };
}
