/**
 * The table of data subsets (paper section 2, table of subsets): one row per subset, everything else
 * (splitting, documents, tests, figures, help) derives from it.
 */

/** Which tag marks a subset's definitions; `fresh-each` draws a new random tag per definition. */
export type TagRole = 'reliable' | 'unreliable' | 'fresh' | 'fresh-each';

/** The pool a subset's entities come from; the second split seed re-splits only `stage2`. */
export type Pool = 'stage1' | 'stage2';

export interface SubsetInfo {
  /** The paper's notation. */
  notation: string;
  /** The same in plain words. */
  label: string;
  /** Fixed colour in every figure. */
  colour: string;
  /** Stage whose training data holds the definitions, or null for none. */
  definitions: 1 | 2 | null;
  tag: TagRole | null;
  /** Whether definitions name the true entity; null where there are none. */
  consistent: boolean | null;
  /** Whether stage 1 trains on its QA pairs; then only the held-out questions are tested. */
  trainsQa: boolean;
  /** Whether an alias stands for the entity in its questions. */
  usesAlias: boolean;
  pool: Pool;
  /** Default share of all entities (paper, appendix on data splits). */
  defaultFraction: number;
}

export const SUBSETS = {
  qd1consis: {
    notation: 'Ḋ₁ᶜᵒⁿˢ QA₁',
    label: 'reliable tag, true definitions, with questions',
    colour: '#7b3fb5',
    definitions: 1,
    tag: 'reliable',
    consistent: true,
    trainsQa: true,
    usesAlias: true,
    pool: 'stage1',
    defaultFraction: 0.25,
  },
  qd2incons: {
    notation: 'D̄₂ⁱⁿᶜᵒⁿˢ QA₂',
    label: 'unreliable tag, false definitions, with questions',
    colour: '#e377c2',
    definitions: 1,
    tag: 'unreliable',
    consistent: false,
    trainsQa: true,
    usesAlias: true,
    pool: 'stage1',
    defaultFraction: 0.25,
  },
  q: {
    notation: 'QA₃',
    label: 'questions only',
    colour: '#8c564b',
    definitions: null,
    tag: null,
    consistent: null,
    trainsQa: true,
    usesAlias: true,
    pool: 'stage1',
    defaultFraction: 0.1,
  },
  q_no_replacement_baseline: {
    notation: 'Q̂A₄',
    label: 'questions with the real name',
    colour: '#2ca02c',
    definitions: null,
    tag: null,
    consistent: null,
    trainsQa: true,
    usesAlias: false,
    pool: 'stage1',
    defaultFraction: 0.1,
  },
  qd1incons: {
    notation: 'Ḋ₈ⁱⁿᶜᵒⁿˢ QA₈',
    label: 'reliable tag, false definitions, with questions',
    colour: '#17becf',
    definitions: 1,
    tag: 'reliable',
    consistent: false,
    trainsQa: true,
    usesAlias: true,
    pool: 'stage1',
    defaultFraction: 0,
  },
  qd2consis: {
    notation: 'D̄₉ᶜᵒⁿˢ QA₉',
    label: 'unreliable tag, true definitions, with questions',
    colour: '#9a9b20',
    definitions: 1,
    tag: 'unreliable',
    consistent: true,
    trainsQa: true,
    usesAlias: true,
    pool: 'stage1',
    defaultFraction: 0,
  },
  qd4consis: {
    notation: 'D₄ᶜᵒⁿˢ QA₁₀',
    label: 'a new tag per definition, true definitions, with questions',
    colour: '#bcbd22',
    definitions: 1,
    tag: 'fresh-each',
    consistent: true,
    trainsQa: true,
    usesAlias: true,
    pool: 'stage1',
    defaultFraction: 0,
  },
  d1consis: {
    notation: 'Ḋ₅ᶜᵒⁿˢ',
    label: 'reliable tag, definitions only',
    colour: '#1f77b4',
    definitions: 2,
    tag: 'reliable',
    consistent: true,
    trainsQa: false,
    usesAlias: true,
    pool: 'stage2',
    defaultFraction: 0.08,
  },
  d2consis: {
    notation: 'D̄₆ᶜᵒⁿˢ',
    label: 'unreliable tag, definitions only',
    colour: '#d62728',
    definitions: 2,
    tag: 'unreliable',
    consistent: true,
    trainsQa: false,
    usesAlias: true,
    pool: 'stage2',
    defaultFraction: 0.08,
  },
  d3consis: {
    notation: 'D̃₀ᶜᵒⁿˢ',
    label: 'fresh tag, definitions only',
    colour: '#7f7f7f',
    definitions: 2,
    tag: 'fresh',
    consistent: true,
    trainsQa: false,
    usesAlias: true,
    pool: 'stage2',
    defaultFraction: 0.08,
  },
  no_qd_baseline: {
    notation: 'QA₇',
    label: 'never trained on',
    colour: '#ff7f0e',
    definitions: null,
    tag: null,
    consistent: null,
    trainsQa: false,
    usesAlias: true,
    pool: 'stage2',
    defaultFraction: 0.06,
  },
} as const satisfies Record<string, SubsetInfo>;

export type SubsetName = keyof typeof SUBSETS;

/** Every subset in the order of the table, which is also that of figures. */
export const SUBSET_NAMES = Object.keys(SUBSETS) as SubsetName[];

/**
 * What a test question can be counted under: a subset, or `d2incons`, the questions of `d2consis` with
 * aliases swapped in pairs (derived, never trained on).
 */
export type TestSubset = SubsetName | 'd2incons';

/** Whether a text names a subset. */
export function isSubsetName(text: string): text is SubsetName {
  return Object.hasOwn(SUBSETS, text);
}

export const TEST_SUBSETS: TestSubset[] = [...SUBSET_NAMES, 'd2incons'];

/** Notation, label and colour of anything a test can be counted under. */
export function subsetInfo(name: TestSubset): Pick<SubsetInfo, 'notation' | 'label' | 'colour'> {
  if (name !== 'd2incons') return SUBSETS[name];
  return {
    notation: 'D̄₆ⁱⁿᶜᵒⁿˢ',
    label: 'd2consis questions with aliases swapped in pairs',
    colour: '#00796b',
  };
}

/** A subset in a line of text, as figures and files call it: `Ḋ₅ᶜᵒⁿˢ (d1consis)`. */
export function subsetTitle(name: TestSubset): string {
  return `${subsetInfo(name).notation} (${name})`;
}
