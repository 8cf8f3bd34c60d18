/** Kinds of files that evaluation series are read from. */
export const SERIES_KINDS = ['csv', 'json-lines', 'event-file', 'trainer-state'] as const;
export type SeriesKind = (typeof SERIES_KINDS)[number];

/** What people call them. */
export const SERIES_KIND_NAMES: Record<SeriesKind, string> = {
  csv: 'CSV',
  'json-lines': 'JSON Lines',
  'event-file': 'TensorBoard event file',
  'trainer-state': 'Hugging Face trainer_state.json',
};
