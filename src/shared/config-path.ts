/** Setting a field of a raw config by its path, and laying one raw config over another. */

/** Parts of a config that are replaced whole: their entries only make sense together. */
const WHOLE = ['fractions', 'over'];

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A copy of a raw config with one field set; mappings on the way are made where they are missing.
 * @param path for example `training.stage1.lr`
 * @returns null where the path leads through a value that has no fields, or is empty or reserved
 */
export function withField(
  raw: Record<string, unknown>,
  path: string,
  value: unknown,
): Record<string, unknown> | null {
  const [key, ...rest] = path.split('.');
  if (key === '' || key === '__proto__') return null;
  if (rest.length === 0) return { ...raw, [key]: value };
  const inner = raw[key] ?? {};
  const changed = isMapping(inner) ? withField(inner, rest.join('.'), value) : null;
  return changed && { ...raw, [key]: changed };
}

/**
 * Two paths of which the first holds the second (`training.stage1`, `training.stage1.lr`): set one after the other,
 * one value would be lost.
 */
export function overlappingPaths(paths: readonly string[]): [outer: string, inner: string] | null {
  for (const outer of paths) {
    const inner = paths.find((path) => path.startsWith(`${outer}.`));
    if (inner !== undefined) return [outer, inner];
  }
  return null;
}

/** `over` laid over `base`: mappings entry by entry, everything else replaced; a dataset of another kind is new. */
export function layOver(
  base: Record<string, unknown>,
  over: Record<string, unknown>,
): Record<string, unknown> {
  if (over.kind !== undefined && base.kind !== over.kind) return over;
  const laid = Object.entries(over).map(([key, value]): [string, unknown] => {
    const below = base[key];
    const both = isMapping(below) && isMapping(value) && !WHOLE.includes(key);
    return [key, both ? layOver(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(laid) };
}
