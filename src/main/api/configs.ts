/** Raw configs from the window, judged as the command line judges its files. */
import { subsetSizes } from '#shared/subset-sizes.ts';
import { kindOf } from '#lab/tasks/index.ts';
import type { ResolvedConfig } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { entityCount } from '#shared/datasets.ts';
import { toFieldError, UserError } from '#shared/errors.ts';
import { judgeConfig, resolveConfig } from '#shared/resolve-config.ts';
import { datasetsFolder, withDataPath } from '../experiments/data-files.ts';
import type { Context } from './context.ts';

/**
 * A complete config; a relative table path is taken from the data folder's `datasets`.
 * @throws UserError as `resolveConfig`
 */
export function readConfig(context: Pick<Context, 'home'>, raw: unknown): ExperimentConfig {
  return withPath(context, resolveConfig(raw));
}

/** Everything that is wrong with a config and can be told without reading its data. */
export function judge(context: Pick<Context, 'home'>, raw: unknown): Omit<ResolvedConfig, 'sweep'> {
  const { config, errors } = judgeConfig(raw);
  if (!config) return { config, problems: errors.map(toFieldError) };
  const entities = entityCount(config.dataset);
  const problems = [
    ...problemsIn(() => kindOf(config).check(config)),
    ...problemsIn(() => 'subsets' in config && entities !== null && subsetSizes(config, entities)),
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
  return withDataPath(config, datasetsFolder(home), home);
}
