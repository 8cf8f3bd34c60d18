import type { OptimizerConfig } from '#shared/config.ts';
import type { ParameterLayout } from '../models/layout.ts';
import { adafactor } from './adafactor.ts';
import { adamW } from './adamw.ts';
import type { Optimizer } from './optimizer.ts';

/** The optimiser of a config, for weights of this layout. */
export function createOptimizer(config: OptimizerConfig, layout: ParameterLayout): Optimizer {
  return config.name === 'adamw' ? adamW(config, layout) : adafactor(config, layout);
}
