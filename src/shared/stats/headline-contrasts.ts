/** What comparisons are about unless something else is chosen, as `contrastNamed` reads it. */
export const HEADLINE_CONTRASTS = ['iml', 'stage1'] as const;
