/** Names of things beside each other, short enough to stand under a figure. */

/**
 * What tells names apart: without the words that all begin with, up to a `: ` (those of a sweep are
 * `name: field=value`).
 */
export function distinctNames(names: readonly string[]): string[] {
  const [first] = names;
  const end = first?.lastIndexOf(': ') ?? -1;
  if (names.length < 2 || end < 0 || first === undefined) return [...names];
  for (let at = end; at >= 0; at = first.lastIndexOf(': ', at - 1)) {
    const shared = first.slice(0, at + 2);
    if (names.every((name) => name.startsWith(shared) && name.length > shared.length))
      return names.map((name) => name.slice(shared.length));
    if (at === 0) break;
  }
  return [...names];
}

/** Names that are `field=value` of one field, as its values. */
export function valuesOf(names: readonly string[]): { field: string; values: string[] } | null {
  const pairs = names.map((name) => /^([\w.]+)=([^=]*)$/.exec(name));
  const field = pairs[0]?.[1];
  if (names.length < 2 || field === undefined || !pairs.every((pair) => pair?.[1] === field)) return null;
  return { field, values: pairs.map((pair) => pair![2]!) };
}
