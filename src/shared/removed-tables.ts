/** Tables that were removed from the data folder and lie in its bin, and what still needs them. */
import { plural, sizeText } from './counting.ts';

export interface RemovedTable {
  /** What it goes by in the bin: its name, or a folder and its name where another of that name came later. */
  id: string;
  name: string;
  bytes: number;
  /** What cannot be resumed, copied or run without it. */
  needed_by: {
    /** Experiments, deleted ones too while they can be restored. */
    experiments: number[];
    /** Presets of the user's own. */
    presets: string[];
    /** Whether the design under way is about it. */
    design: boolean;
  };
}

const MOST_NAMED = 3;

/** `#1, #2, #3 and 4 more, the preset mine, the design under way`; null where nothing needs it. */
export function neededText({ needed_by: { experiments, presets, design } }: RemovedTable): string | null {
  const named = experiments.slice(0, MOST_NAMED).map((id) => `#${id}`);
  const more = experiments.length - named.length;
  const parts = [
    ...(named.length > 0 ? [`${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`] : []),
    ...presets.map((name) => `the preset ${name}`),
    ...(design ? ['the design under way'] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : null;
}

/** Those that can go without anything missing them, and those that stay. */
export function dividedTables(tables: readonly RemovedTable[]): {
  free: RemovedTable[];
  needed: RemovedTable[];
} {
  return {
    free: tables.filter((table) => neededText(table) === null),
    needed: tables.filter((table) => neededText(table) !== null),
  };
}

/** `3 tables, 1.2 MB` */
export function tablesText(tables: readonly Pick<RemovedTable, 'bytes'>[]): string {
  return `${plural(tables.length, 'table')}, ${sizeText(tables.reduce((sum, { bytes }) => sum + bytes, 0))}`;
}
