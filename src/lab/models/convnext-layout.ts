/** The weights of a ConvNeXt, and what its forward pass costs. */
import type { ForwardFlops } from './architecture.ts';
import { stagesOf, type ConvNextSpec, type Stage } from './convnext-spec.ts';
import { affine, normWeights } from './layers.ts';
import { layoutOf, type ParameterLayout, type Weight } from './layout.ts';

/**
 * The weights in order: stem, stages, final LayerNorm, classifier. Linear weights are stored (in, out), filters
 * (height, width, in, out), depthwise ones (height, width, channels). Matrices and filters start normal, LayerNorm
 * weights at 1, all else at 0.
 */
export function convNextLayout(spec: ConvNextSpec): ParameterLayout {
  const { patch_size, channels, hidden_sizes, outputs, classes, init_std } = spec;
  const normal = { normal: init_std };
  const last = hidden_sizes[hidden_sizes.length - 1];
  return layoutOf([
    ...affine('embeddings.patch_embeddings', [patch_size, patch_size, channels, hidden_sizes[0]], normal),
    ...normWeights('embeddings.layernorm', hidden_sizes[0]),
    ...stagesOf(spec).flatMap((stage, index, stages) => [
      ...(index === 0 ? [] : downsampling(index, stages[index - 1].channels, stage.channels, init_std)),
      ...Array.from({ length: stage.depth }, (_, i) =>
        block(`encoder.stages.${index}.layers.${i}`, stage, spec),
      ).flat(),
    ]),
    ...normWeights('layernorm', last),
    ...affine('classifier', [last, outputs * classes], normal),
  ]);
}

function downsampling(index: number, from: number, to: number, init_std: number): Weight[] {
  const name = `encoder.stages.${index}.downsampling_layer`;
  return [...normWeights(`${name}.0`, from), ...affine(`${name}.1`, [2, 2, from, to], { normal: init_std })];
}

function block(name: string, { channels }: Stage, spec: ConvNextSpec): Weight[] {
  const { kernel_size, mlp_ratio, init_std } = spec;
  const normal = { normal: init_std };
  const wide = mlp_ratio * channels;
  return [
    ...affine(`${name}.dwconv`, [kernel_size, kernel_size, channels], normal),
    ...normWeights(`${name}.layernorm`, channels),
    ...affine(`${name}.pwconv1`, [channels, wide], normal),
    ...affine(`${name}.grn`, [wide], 'zeros'),
    ...affine(`${name}.pwconv2`, [wide, channels], normal),
  ];
}

/** Of convolutions and linear layers. */
export function convNextFlops(spec: ConvNextSpec): ForwardFlops {
  const { patch_size, channels, kernel_size, mlp_ratio, outputs, classes } = spec;
  const stages = stagesOf(spec);
  const last = stages[stages.length - 1];
  const read = stages.reduce(
    (sum, { height, width, channels: own, depth }, index) => {
      const entry = index === 0 ? patch_size ** 2 * channels : 4 * stages[index - 1].channels;
      const perBlock = kernel_size ** 2 + 2 * mlp_ratio * own;
      return sum + 2 * height * width * own * (entry + depth * perBlock);
    },
    2 * last.channels * outputs * classes,
  );
  return { read, predicted: 0 };
}
