/** The table of a history, for commands: what the window keeps between two looks is worked out when it is asked for. */
import { effectsOfExperiment } from '../experiments/experiment.ts';
import type { History } from '../history/history.ts';
import { createTable, type HistoryTable } from './table.ts';

/** Effects are worked out where a column or the filter asks for them. */
export function tableOf(history: History): HistoryTable {
  return createTable(history, (list) =>
    list.map(({ id, states }) => {
      if (states.done === 0) return null;
      const { n, effects } = effectsOfExperiment(history, id);
      return { n, iml: effects.iml, stage1: effects.stage1 };
    }),
  );
}
