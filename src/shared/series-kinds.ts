/** Kinds of files that evaluation series are read from, and the names that tell them. */
export const SERIES_KINDS = [
  'csv',
  'credence-csv',
  'json-lines',
  'parquet',
  'event-file',
  'trainer-state',
  'wandb',
] as const;
export type SeriesKind = (typeof SERIES_KINDS)[number];

/** What people call them. */
export const SERIES_KIND_NAMES: Record<SeriesKind, string> = {
  csv: 'CSV',
  'credence-csv': 'CSV that Credence exported',
  'json-lines': 'JSON Lines',
  parquet: 'Parquet',
  'event-file': 'TensorBoard event file',
  'trainer-state': 'Hugging Face trainer_state.json',
  wandb: 'log of a W&B run',
};

const EVENT_FILE = /\.tfevents(\.|$)/;
/** What a trainer saves on the way repeats what stands at the end. */
const CHECKPOINT = /(^|\/)checkpoint-\d+\//;

/** By the name alone: what an import of a folder looks at. */
export function kindByName(name: string): SeriesKind | null {
  const base = name.toLowerCase().split(/[\\/]/).at(-1) ?? '';
  if (base === 'trainer_state.json') return 'trainer-state';
  if (EVENT_FILE.test(base)) return 'event-file';
  if (/\.wandb$/.test(base)) return 'wandb';
  if (/\.(csv|tsv)$/.test(base)) return 'csv';
  if (/\.(parquet|pq)$/.test(base)) return 'parquet';
  return /\.(jsonl|ndjson)$/.test(base) ? 'json-lines' : null;
}

/** The kind of a file of a folder that is imported; null for one that is left alone. @param name with `/` between folders */
export function kindInFolder(name: string): SeriesKind | null {
  return CHECKPOINT.test(name) ? null : kindByName(name);
}
