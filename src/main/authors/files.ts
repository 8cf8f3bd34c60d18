/** Files of the authors on this disk: one, or a folder of them. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { showValue, UserError } from '#shared/errors.ts';
import { readConfigText } from '../experiments/config-source.ts';
import { configYaml } from '../experiments/yaml-text.ts';
import { importAuthorsConfig, type AuthorsImport } from './import.ts';

/** A file as it was opened; where it is none of theirs, `opened` is null and `problem` says why. */
export interface ImportedFile {
  /** Relative to the folder. */
  file: string;
  opened: AuthorsImport | null;
  problem: string | null;
}

export function isFolder(source: string): boolean {
  return statSync(source, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** @throws UserError `config.*` and `authors.*` as `importAuthorsConfig` */
export function importFile(file: string): AuthorsImport {
  return importAuthorsConfig(readConfigText(file), file);
}

/**
 * Opens every YAML file of a folder and those below it, in the order of their names.
 * @throws UserError `authors.folder` for a folder without any
 */
export function importFolder(folder: string): ImportedFile[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/i.test(name))
    .sort();
  if (files.length === 0)
    throw new UserError(
      'authors.folder',
      `import: ${showValue(folder)} holds no .yaml file; give the authors' configs folder`,
    );
  return files.map((file): ImportedFile => {
    try {
      const opened = importFile(path.join(folder, file));
      return { file, opened, problem: opened.report.problem };
    } catch (error) {
      if (error instanceof UserError) return { file, opened: null, problem: error.message };
      throw error;
    }
  });
}

/** Our config as YAML that says where it came from; null where the file did not open. */
export function importedYaml({ config, report }: AuthorsImport): string | null {
  if (!config) return null;
  const missing = new Set(
    report.keys.filter(({ fate }) => fate === 'unsupported').map(({ key }) => key.split('.').at(-1)),
  );
  const without = missing.size > 0 ? `; without ${[...missing].join(', ')} ("credence import" says why)` : '';
  return configYaml(config, `Imported from ${report.file} of the paper's authors${without}`);
}
