/** A config as YAML for another folder or machine: the table that it reads goes by its name, and the YAML says which it is. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ExperimentConfig } from '#shared/config.ts';
import { sizeText } from '#shared/counting.ts';
import { visible } from '#shared/plain-text.ts';
import type { SweepSpec } from '#shared/sweep.ts';
import { datasetsFolder } from './data-files.ts';
import { configYaml } from './yaml-text.ts';

/**
 * A table of the data folder is named without its folder: it is looked for beside the YAML, then in the data folder of
 * whoever opens it (`withDataPath`). One that lies elsewhere keeps its path.
 * @param home the data folder
 */
export function portableYaml(config: ExperimentConfig, home: string, sweep: SweepSpec | null = null): string {
  const { dataset } = config;
  if (dataset.kind !== 'csv') return configYaml(config, '', sweep);
  const name = path.basename(dataset.path);
  if (path.dirname(dataset.path) !== datasetsFolder(home))
    return configYaml(config, 'dataset.path is that of the machine on which this was written.', sweep);
  const about = `Table ${visible(name)}${identityOf(dataset.path)}: looked for beside this file, then in Credence’s data folder.`;
  return configYaml({ ...config, dataset: { ...dataset, path: name } } as ExperimentConfig, about, sweep);
}

/** ` (2.6 kB, SHA-256 1a2b…)` of a table small enough to be copied; empty where it cannot be read now. */
function identityOf(file: string): string {
  try {
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
    return ` (${sizeText(statSync(file).size)}, SHA-256 ${hash})`;
  } catch {
    return '';
  }
}
