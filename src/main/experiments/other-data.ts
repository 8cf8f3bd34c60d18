/** Experiments that name the same files and read different ones: their configs do not tell. */
import { dataDifference } from '#lab/datasets/same-files.ts';
import type { ExperimentRecord } from '#shared/records.ts';
import { isImported } from '#shared/imported.ts';

type Reader = Pick<ExperimentRecord, 'id' | 'config' | 'dataset_report'>;

/** A sentence for each experiment that read something else than the first one of the same dataset path. */
export function otherData(experiments: readonly Reader[]): string[] {
  const first = new Map<string, Reader>();
  return experiments.flatMap((experiment) => {
    const path = pathOf(experiment);
    if (path === null) return [];
    const other = first.get(path);
    if (!other) first.set(path, experiment);
    const [then, now] = [other?.dataset_report?.files, experiment.dataset_report?.files];
    if (!other || (then && now && dataDifference(then, now) === null)) return [];
    const how = then && now ? dataDifference(then, now) : 'what one of them read was not recorded';
    return [
      `Experiments ${other.id} and ${experiment.id} name the same data, and ${then && now ? 'read different ones' : 'may have read different ones'}: ${how}.`,
    ];
  });
}

function pathOf({ config }: Reader): string | null {
  if (isImported(config)) return null;
  const { dataset } = config;
  return 'path' in dataset ? (dataset.path ?? dataset.kind) : null;
}
