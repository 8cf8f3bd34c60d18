/** What reads tables by their path: experiments, presets of the user's own, the design under way. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { datasetsFolder } from '../experiments/data-files.ts';
import { listPresets } from '../experiments/presets.ts';
import { parseYaml } from '../experiments/yaml-text.ts';
import { readConfigText } from '../experiments/config-source.ts';
import type { History } from '../history/history.ts';

export interface Readers {
  /** `sha256`: of what it read; null in those from before that was recorded. */
  experiments: { id: number; path: string; sha256: string | null }[];
  presets: { name: string; path: string }[];
  design: string | null;
}

/** As much of a config as says what it reads. */
const readingSchema = z.object({ dataset: z.object({ path: z.string() }) });

export function readersOf({ home, history }: { home: string; history: History }): Readers {
  const draft = z.object({ config: readingSchema }).safeParse(history.readSetting('draft'));
  return {
    experiments: history.dataReaders(),
    presets: listPresets(home).flatMap((preset) => {
      const file = preset.source === 'user' ? pathIn(preset.path) : null;
      return file === null
        ? []
        : [{ name: preset.name, path: placeOf(file, path.dirname(preset.path), home) }];
    }),
    design: draft.success ? draft.data.config.dataset.path : null,
  };
}

/** Null where a file cannot be read, or is about no table: what is wrong with it is said where it is used. */
function pathIn(preset: string): string | null {
  try {
    const read = readingSchema.safeParse(parseYaml(readConfigText(preset), preset));
    return read.success ? read.data.dataset.path : null;
  } catch {
    return null;
  }
}

/** Where a path leads though nothing is there: a bare name is one of the data folder (`dataPath`). */
function placeOf(file: string, base: string, home: string): string {
  const beside = path.resolve(base, file);
  return file === path.basename(file) && !existsSync(beside) ? path.join(datasetsFolder(home), file) : beside;
}
