/** The weights of a transformer, and what its forward pass costs. */
import type { ForwardFlops } from './architecture.ts';
import { affine, matrix, normWeights } from './layers.ts';
import { layoutOf, parameterCount, type ParameterLayout, type Weight } from './layout.ts';
import type { TransformerSpec } from './transformer-spec.ts';
import { attentionWidths, rowPerOutput, variantOf } from './variant.ts';

/**
 * The weights in order: embeddings, blocks, final norm, head. Linear weights are stored (in, out), in variants that
 * say so (out, in), the outputs of a QKV projection as heads of queries, of keys, of values. Matrices start normal, biases at 0, norm weights at 1.
 */
export function transformerLayout(model: TransformerSpec): ParameterLayout {
  const { vocab_size, n_ctx, d_model, n_layers, init_std } = model;
  const { norm, biases } = variantOf(model);
  const table = (name: string, rows: number) => matrix(name, [rows, d_model], { normal: init_std });
  return layoutOf([
    table('embedding', vocab_size),
    ...(model.learned_positions ? [table('positions', n_ctx)] : []),
    ...Array.from({ length: n_layers }, (_, i) => block(`layers.${i}`, model)).flat(),
    ...normWeights('ln_final', d_model, norm),
    ...(model.tied_head ? [] : [table('head', vocab_size)]),
    ...(biases.head ? [biasOf('head', vocab_size)] : []),
  ]);
}

const biasOf = (name: string, width: number): Weight => ({
  ...{ name: `${name}.bias`, shape: [width], initial: 'zeros' },
});

function block(name: string, model: TransformerSpec): Weight[] {
  const { d_model, d_mlp, init_std } = model;
  const { norm, gated, separate_qkv, biases, shared_norm } = variantOf(model);
  const { q, kv } = attentionWidths(model);
  // GPT-2 paper, section 2.3.
  const outStd = model.scaled_residual_init ? init_std / Math.sqrt(2 * model.n_layers) : init_std;
  const linear = (part: string, shape: [number, number], bias: boolean, normal = init_std) => {
    const [weight, added] = affine(`${name}.${part}`, shape, { normal });
    return [rowPerOutput(model) ? turned(weight) : weight, ...(bias ? [added] : [])];
  };
  const projections = separate_qkv ? { q, k: kv, v: kv } : { qkv: q + 2 * kv };
  return [
    ...normWeights(`${name}.ln_attention`, d_model, norm),
    ...Object.entries(projections).flatMap(([part, width]) =>
      linear(`attention.${part}`, [d_model, width], biases.qkv),
    ),
    ...linear('attention.out', [q, d_model], biases.out, outStd),
    ...(shared_norm ? [] : normWeights(`${name}.ln_mlp`, d_model, norm)),
    ...(gated ? linear('mlp.gate', [d_model, d_mlp], biases.mlp) : []),
    ...linear('mlp.in', [d_model, d_mlp], biases.mlp),
    ...linear('mlp.out', [d_mlp, d_model], biases.mlp, outStd),
  ];
}

/** A weight with a row for each output. */
const turned = (weight: Weight): Weight => ({
  ...weight,
  shape: weight.shape.toReversed(),
  row_per_output: true,
});

/** Embeddings are looked up; the head counts only where a token is predicted. */
export function transformerFlops(model: TransformerSpec): ForwardFlops {
  const { vocab_size, n_ctx, d_model, tied_head, learned_positions } = model;
  const tables = (tied_head ? 1 : 2) * vocab_size + (learned_positions ? n_ctx : 0);
  return {
    read: 2 * (parameterCount(transformerLayout(model)) - tables * d_model),
    predicted: 2 * vocab_size * d_model,
  };
}

/** Values that one text keeps: norms, projections, residuals and the MLP of each layer, and attention's weights. */
export function transformerActivations(
  { n_layers, n_heads, d_model, d_mlp }: TransformerSpec,
  length: number,
): number {
  return length * n_layers * (10 * d_model + 4 * d_mlp + 2 * n_heads * length);
}
