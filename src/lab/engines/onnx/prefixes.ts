/** Prefixes of graph values, so that a state entry and an input may share a name. */
export const PREFIX = {
  state: 'state/',
  input: 'input/',
  output: 'output/',
  next: 'next/',
  /** What a step in place reads, and what stands for its results: entries of the state that it changed. */
  inPlace: 'in-place/',
} as const;
