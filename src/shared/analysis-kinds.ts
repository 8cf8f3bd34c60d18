/** Which analyses there are, and for which task. */

export const ANALYSIS_KINDS = ['probes', 'gradients', 'entropy', 'moves'] as const;
export type AnalysisKind = (typeof ANALYSIS_KINDS)[number];

/** The analyses that a task has anything for. */
export const TASK_ANALYSES = {
  language: ANALYSIS_KINDS,
  images: ['probes', 'gradients', 'moves'],
  regression: ['gradients', 'moves'],
} as const satisfies Record<string, readonly AnalysisKind[]>;
