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

/** `tags.correlation=0.5, training.stage2.lr=0.001` as pairs; null for a name that is no such list. */
function pairsIn(name: string): [field: string, value: string][] | null {
  const pairs = name.split(/, (?=[\w.-]+=)/).map((text) => /^([\w.-]+)=(.*)$/.exec(text));
  return pairs.every((pair) => pair !== null) ? pairs.map(([, field, value]) => [field!, value!]) : null;
}

/**
 * As short as names can be told apart: those of a sweep say only the fields that differ, by the last part of their
 * paths where that names no other of them.
 */
export function tellingNames(names: readonly string[]): string[] {
  const distinct = distinctNames(names);
  const lists = distinct.map(pairsIn);
  const fields = lists[0]?.map(([field]) => field) ?? [];
  const alike = lists.every((list) => list?.map(([field]) => field).join() === fields.join());
  if (names.length < 2 || !alike) return distinct;
  const differ = fields.filter((_, i) => new Set(lists.map((list) => list![i]![1])).size > 1);
  if (differ.length === 0) return distinct;
  const last = (field: string) => field.split('.').at(-1)!;
  const short = (field: string) =>
    fields.filter((other) => last(other) === last(field)).length > 1 ? field : last(field);
  return lists.map((list) =>
    list!
      .filter(([field]) => differ.includes(field))
      .map(([field, value]) => `${short(field)}=${value}`)
      .join(', '),
  );
}

/** Names that are `field=value` of one field, as its values. */
export function valuesOf(names: readonly string[]): { field: string; values: string[] } | null {
  const pairs = names.map((name) => /^([\w.]+)=([^=]*)$/.exec(name));
  const field = pairs[0]?.[1];
  if (names.length < 2 || field === undefined || !pairs.every((pair) => pair?.[1] === field)) return null;
  return { field, values: pairs.map((pair) => pair![2]!) };
}
