/** Configs of the language task, for tests that look into them. */
import { loadConfig, type ConfigOverrides } from '#main/experiments/config-file.ts';
import type { ExperimentConfig, LanguageConfig } from '#shared/config.ts';

/** @throws Error where a config is of another task */
export function asLanguage(config: ExperimentConfig): LanguageConfig {
  if (config.task === 'language') return config;
  throw new Error(`a config of ${config.task}, not of language`);
}

export function loadLanguage(source: string, overrides?: ConfigOverrides): LanguageConfig {
  return asLanguage(loadConfig(source, overrides));
}

/** The samples of texts among samples of any task. */
export function texts<S extends object>(samples: readonly S[]): Extract<S, { parts: unknown }>[] {
  return samples.filter((sample): sample is Extract<S, { parts: unknown }> => 'parts' in sample);
}

/** The questions among samples of any task. */
export function questions<S extends object>(samples: readonly S[]): Extract<S, { prompt: unknown }>[] {
  return samples.filter((sample): sample is Extract<S, { prompt: unknown }> => 'prompt' in sample);
}
