/** The fields of their configs in which experiments differ: what they can be grouped by, and laid out along. */
import type { CompareReply } from '#shared/api/analysis.ts';
import { valueText } from '#shared/field-names.ts';

/** What reads the same is no difference to whoever reads it: a field may be absent here and null there. */
export function differences({ config }: Pick<CompareReply, 'config'>): CompareReply['config'] {
  return config.filter(({ field, values }) => field !== 'name' && new Set(values.map(valueText)).size > 1);
}

/** Those that have a value for each; a list is none. */
export function differingFields(result: Pick<CompareReply, 'config'> | null): string[] {
  if (!result) return [];
  const single = (value: unknown) => value === null || typeof value !== 'object';
  return differences(result)
    .filter(({ values }) => values.every(single))
    .map(({ field }) => field);
}
