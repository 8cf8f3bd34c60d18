/** Other names of config fields: the paper's, its code's, and those of figures and forms. One place for all searches. */

const ALSO: Readonly<Record<string, readonly string[]>> = {
  'tags.correlation': ['alpha', 'α', 'truthfulness', 'tag consistency', 'correlation'],
  'tags.order': ['definition order', 'tve', 'vet', 'TAE', 'word order', 'order'],
  'training.stage1.batch_size': ['batch size', 'bs'],
  'training.stage2.batch_size': ['batch size', 'bs'],
  'training.stage1.lr': ['learning rate'],
  'training.stage2.lr': ['learning rate'],
  'dataset.n_entities': ['number of entities', 'entities'],
  'dataset.path': ['file'],
  'model.d_model': ['model size', 'width'],
  'model.n_layers': ['model size', 'depth'],
  'pretrained.model': ['model size', 'pythia gpt'],
  seeds: ['random seeds', 'repetitions'],
};

/** Every name that a field is known by, its path first. */
export function fieldNames(path: string): string {
  return [path, ...(ALSO[path] ?? [])].join(' ');
}

/**
 * The fields that a name may mean: the one with this path; else those with this other name; else those whose path ends
 * with it (`stage1.lr`). Case, and whether words are joined by a space, `_` or `-`, do not count.
 * @param paths of all fields
 */
export function fieldsNamed(name: string, paths: readonly string[]): string[] {
  const wanted = folded(name);
  const exact = paths.filter((path) => folded(path) === wanted);
  if (exact.length > 0) return exact;
  const known = paths.filter((path) => ALSO[path]?.some((also) => folded(also) === wanted));
  if (known.length > 0) return known;
  return paths.filter((path) => folded(path).endsWith(`.${wanted}`));
}

/** Other names of all fields, one word each. */
export const OTHER_NAMES: readonly string[] = Object.values(ALSO)
  .flat()
  .filter((name) => !name.includes(' '));

const folded = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, '_');
