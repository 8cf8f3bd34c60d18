/** Newer releases of Credence: what is known of them, and which of two is newer. */

/** What was found when the registry was asked last. */
export interface ReleaseCheck {
  /** Milliseconds since 1970. */
  asked_at: number;
  /** Null where there was no answer. */
  version: string | null;
  /** Why there was none. */
  problem: string | null;
}

export interface ReleaseState {
  /** The version that runs. */
  current: string;
  /** What is asked, where it is asked. */
  address: string;
  /** Null where it never was. */
  last: ReleaseCheck | null;
  /** The newest version, where it is newer than the one that runs. */
  newer: string | null;
}

const byNumbers = new Intl.Collator('en', { numeric: true });

/** Whether a release (`1.10.0`) is newer than a version, which may be a preview (`1.10.0-beta.2`). */
export function isNewer(release: string, than: string): boolean {
  const [numbers = '', preview] = than.split(/-(.*)/s);
  const order = byNumbers.compare(release, numbers);
  return order > 0 || (order === 0 && preview !== undefined);
}
