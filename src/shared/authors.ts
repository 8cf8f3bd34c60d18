/** What became of a config file of the paper's authors: every key with its fate. */

/** `mapped` to fields of ours, `unsupported` with the reason, or `ignored` because it changes no result here. */
export type AuthorsFate = 'mapped' | 'unsupported' | 'ignored';

export interface AuthorsKey {
  /** For example `training_arguments.optim`. */
  key: string;
  /** As it was read, shortened. */
  value: string;
  fate: AuthorsFate;
  /** Fields of our config that it decides; of an unsupported key those that come nearest. */
  to: string[];
  /** Why, or how it was understood. */
  note: string;
}

/** `partly`: the design opens, but something of the file cannot be had here. */
type AuthorsVerdict = 'opened' | 'partly supported' | 'not opened';

export interface AuthorsReport {
  /** Name of the file without its folder. */
  file: string;
  verdict: AuthorsVerdict;
  /** What keeps it from being opened, as one line; null where it opens. */
  problem: string | null;
  /** Every key of the file, in its order. */
  keys: AuthorsKey[];
  /** Keys that the file leaves out and that are mapped at the value the authors' code gives them. */
  defaults: AuthorsKey[];
  /** What holds for the whole file. */
  remarks: string[];
}

/** The keys of one fate, for a list. */
export function keysOf(report: AuthorsReport, fate: AuthorsFate): AuthorsKey[] {
  return report.keys.filter((key) => key.fate === fate);
}
