/** Other names of config fields: the paper's, its code's, and those of figures and forms. One place for all searches. */

const ALSO: Readonly<Record<string, string>> = {
  'tags.correlation': 'alpha α truthfulness tag consistency correlation',
  'tags.order': 'definition order tve vet TAE word order',
  'training.stage1.batch_size': 'batch size bs',
  'training.stage2.batch_size': 'batch size bs',
  'training.stage1.lr': 'learning rate',
  'training.stage2.lr': 'learning rate',
  'dataset.n_entities': 'number of entities',
  'model.d_model': 'model size width',
  'model.n_layers': 'model size depth',
  'pretrained.model': 'model size pythia gpt',
  seeds: 'random seeds repetitions',
};

/** Every name that a field is known by, its path first. */
export function fieldNames(path: string): string {
  return `${path} ${ALSO[path] ?? ''}`.trim();
}
