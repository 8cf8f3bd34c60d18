/** The named entry of an engine state; a missing one is a defect of the caller. */
export function checkedEntry<T>(entries: ReadonlyMap<string, T>, name: string): T {
  const entry = entries.get(name);
  if (entry === undefined) {
    throw new Error(`the engine state has no entry ${name} (it has ${[...entries.keys()].join(', ')})`);
  }
  return entry;
}
