/** The weights of a transformer, and what its forward pass costs. */
import type { ForwardFlops } from './architecture.ts';
import { affine, normWeights } from './layers.ts';
import { layoutOf, parameterCount, type ParameterLayout, type Weight } from './layout.ts';
import type { TransformerSpec } from './transformer-spec.ts';

/**
 * The weights in order: embeddings, blocks, final LayerNorm, head. Linear weights are stored (in, out), the QKV
 * projection's outputs in the order (3, heads, d_head). Matrices start normal, biases at 0, LayerNorm weights at 1.
 */
export function transformerLayout(model: TransformerSpec): ParameterLayout {
  const { vocab_size, n_ctx, d_model, n_layers, init_std } = model;
  const matrix = (name: string, shape: number[]): Weight => ({
    ...{ name: `${name}.weight`, shape, initial: { normal: init_std } },
  });
  return layoutOf([
    matrix('embedding', [vocab_size, d_model]),
    ...(model.learned_positions ? [matrix('positions', [n_ctx, d_model])] : []),
    ...Array.from({ length: n_layers }, (_, i) => block(`layers.${i}`, model)).flat(),
    ...normWeights('ln_final', d_model),
    ...(model.tied_head ? [] : [matrix('head', [vocab_size, d_model])]),
  ]);
}

function block(name: string, model: TransformerSpec): Weight[] {
  const { d_model, d_mlp, init_std } = model;
  // GPT-2 paper, section 2.3.
  const outStd = model.scaled_residual_init ? init_std / Math.sqrt(2 * model.n_layers) : init_std;
  const linear = (part: string, inputs: number, outputs: number, normal = init_std) =>
    affine(`${name}.${part}`, [inputs, outputs], { normal });
  return [
    ...normWeights(`${name}.ln_attention`, d_model),
    ...linear('attention.qkv', d_model, 3 * d_model),
    ...linear('attention.out', d_model, d_model, outStd),
    ...normWeights(`${name}.ln_mlp`, d_model),
    ...linear('mlp.in', d_model, d_mlp),
    ...linear('mlp.out', d_mlp, d_model, outStd),
  ];
}

/** Embeddings are looked up; the head counts only where a token is predicted. */
export function transformerFlops(model: TransformerSpec): ForwardFlops {
  const { vocab_size, n_ctx, d_model, tied_head, learned_positions } = model;
  const tables = (tied_head ? 1 : 2) * vocab_size + (learned_positions ? n_ctx : 0);
  return {
    read: 2 * (parameterCount(transformerLayout(model)) - tables * d_model),
    predicted: 2 * vocab_size * d_model,
  };
}
