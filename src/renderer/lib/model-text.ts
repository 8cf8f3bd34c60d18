/** A model in a few words. */
import type { ExperimentConfig } from '#shared/config.ts';

type ModelConfig = ExperimentConfig['model'];

/** `gpt2, 4 × 256`: layers × width; of a ConvNeXt the channels and blocks of its stages; of a pre-trained one its name. */
export function describeModel(config: ExperimentConfig): string {
  const pretrained = 'pretrained' in config ? config.pretrained : null;
  if (pretrained) return `${pretrained.model.split(/[\\/]/).slice(-2).join('/')}, pre-trained`;
  return `${config.model.architecture}, ${sizesOf(config.model)}`;
}

function sizesOf(model: ModelConfig): string {
  switch (model.architecture) {
    case 'convnext':
      return `channels ${model.hidden_sizes.join('-')}, blocks ${model.depths.join('-')}`;
    case 'mlp':
      return `${model.n_hidden_layers} × ${model.hidden_size}`;
    default:
      return `${model.n_layers} × ${model.d_model}`;
  }
}
