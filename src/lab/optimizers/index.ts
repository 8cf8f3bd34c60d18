import type { OptimizerConfig, StageConfig } from '#shared/config.ts';
import type { ParameterLayout } from '../models/layout.ts';
import { adafactor } from './adafactor.ts';
import { adamW } from './adamw.ts';
import type { Optimizer } from './optimizer.ts';

/** The optimiser settings of a stage: those of the run with what the stage replaces. */
export function stageOptimizer(
  optimizer: OptimizerConfig,
  stage: Pick<StageConfig, 'eps' | 'embedding_lr_multiplier'>,
): OptimizerConfig {
  const rate = stage.embedding_lr_multiplier ?? optimizer.embedding_lr_multiplier;
  return {
    ...optimizer,
    eps: stage.eps ?? optimizer.eps,
    ...(rate === undefined ? {} : { embedding_lr_multiplier: rate }),
  };
}

/** The optimiser of a config, for weights of this layout. */
export function createOptimizer(config: OptimizerConfig, layout: ParameterLayout): Optimizer {
  return config.name === 'adamw' ? adamW(config, layout) : adafactor(config, layout);
}
