/** Config files of the paper's authors, opened as the app and `credence import` do. */
import { asLanguage } from './language.ts';
import { expect } from 'vitest';
import { importAuthorsConfig } from '#main/authors/import.ts';
import type { LanguageConfig } from '#shared/config.ts';
import { authorsYaml } from './authors.ts';

/** An authors’ config with some keys changed, opened. */
export const opened = (...args: Parameters<typeof authorsYaml>) =>
  importAuthorsConfig(authorsYaml(...args), 'my-run.yaml');

/** The config that it becomes, which has no problem. */
export function configOf(...args: Parameters<typeof authorsYaml>): LanguageConfig {
  const { config, report } = opened(...args);
  expect(report.problem).toBeNull();
  return asLanguage(config!);
}

/** What became of a key: its fate, our fields, and a note. */
export function fateOf(key: string, ...args: Parameters<typeof authorsYaml>) {
  const found = opened(...args).report.keys.find((each) => each.key === key);
  return found && [found.fate, found.to.join(' '), found.note];
}
