/** Raw configs from the window, judged as the command line judges its files. */
import path from 'node:path';
import { subsetSizes } from '#lab/tags/split.ts';
import { resolveModel } from '#lab/models/resolve.ts';
import type { ResolvedConfig } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { toFieldError, UserError } from '#shared/errors.ts';
import { judgeConfig, resolveConfig } from '#shared/resolve-config.ts';
import type { Context } from './context.ts';

/** Tables that were copied into the data folder. */
export function datasetsFolder(home: string): string {
  return path.join(home, 'datasets');
}

/**
 * A complete config; a relative table path is taken from the data folder's `datasets`.
 * @throws UserError as `resolveConfig`
 */
export function readConfig(context: Pick<Context, 'home'>, raw: unknown): ExperimentConfig {
  return withPath(context, resolveConfig(raw));
}

/** Everything that is wrong with a config and can be told without reading its data. */
export function judge(context: Pick<Context, 'home'>, raw: unknown): ResolvedConfig {
  const { config, errors } = judgeConfig(raw);
  if (!config) return { config, problems: errors.map(toFieldError) };
  const problems = [
    ...problemsIn(() => resolveModel(config.model, { vocab_size: 1, n_ctx: 1 })),
    ...problemsIn(() => config.dataset.kind === 'world' && subsetSizes(config, config.dataset.n_entities)),
  ];
  return { config: problems.length > 0 ? null : withPath(context, config), problems };
}

function problemsIn(check: () => unknown) {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof UserError) return [toFieldError(error)];
    throw error;
  }
}

function withPath({ home }: Pick<Context, 'home'>, config: ExperimentConfig): ExperimentConfig {
  const { dataset } = config;
  if (dataset.kind !== 'csv') return config;
  return { ...config, dataset: { ...dataset, path: path.resolve(datasetsFolder(home), dataset.path) } };
}
