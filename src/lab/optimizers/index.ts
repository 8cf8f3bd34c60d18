import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig, StageConfig } from '#shared/config.ts';
import type { ParameterLayout } from '../models/layout.ts';
import { adafactor } from './adafactor.ts';
import { adamW } from './adamw.ts';
import { flatten, type Optimizer } from './optimizer.ts';

/** The optimiser settings of a stage: those of the run with what the stage replaces. */
export function stageOptimizer(
  optimizer: OptimizerConfig,
  stage: Pick<StageConfig, 'eps' | 'embedding_lr_multiplier'>,
): OptimizerConfig {
  return {
    ...optimizer,
    eps: stage.eps ?? optimizer.eps,
    embedding_lr_multiplier: stage.embedding_lr_multiplier ?? optimizer.embedding_lr_multiplier,
  };
}

/** The optimiser of a config, for weights of this layout. */
export function createOptimizer(config: OptimizerConfig, layout: ParameterLayout): Optimizer {
  const optimizer = config.name === 'adamw' ? adamW(config, layout) : adafactor(config, layout);
  return config.embedding_lr_multiplier === 1 ? optimizer : scaledEmbedding(optimizer, config, layout);
}

/**
 * The same optimiser with another learning rate for the token embedding: updates are linear in the
 * learning rate, so scaling what changed is the same thing for any of them.
 */
function scaledEmbedding(optimizer: Optimizer, config: OptimizerConfig, layout: ParameterLayout): Optimizer {
  const multiplier = (name: string) => (name === 'embedding.weight' ? config.embedding_lr_multiplier : 1);
  return {
    initialState: optimizer.initialState,
    update(step) {
      const next = optimizer.update(step);
      const mask = flatten(layout.map(({ name, size }) => tf.fill([size], multiplier(name)))); // (N)
      const change = tf.mul(tf.sub(next.parameters, step.parameters), mask);
      return { ...next, parameters: tf.add(step.parameters, change) };
    },
  };
}
