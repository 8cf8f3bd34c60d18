/**
 * A process of its own that writes to a history, for test/history-processes.test.ts:
 *   node test/history-writer.ts FILE (forever | COUNT)
 * It tells its parent the run's number once the run is running, then each evaluation it saved.
 */
import { openHistory } from '#main/history/history.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { evaluationAt } from '#test/history-data.ts';

const [file, amount] = process.argv.slice(2);
const history = openHistory(file);
const config = resolveConfig({ name: `writer ${process.pid}`, seeds: [0, 1, 2] });
const { experiment, runs } = history.createExperiment({ config, version: '0.0.0' });
history.markRunning(runs[0].id);
history.markRunning(runs[1].id);
history.markPaused(runs[1].id);
process.send?.({ experiment: experiment.id, run: runs[0].id });
const last = amount === 'forever' ? Infinity : Number(amount);
for (let epoch = 1; epoch <= last; epoch++) {
  history.recordEvaluation(evaluationAt(runs[0].id, epoch));
  process.send?.({ epoch });
}
history.markDone(runs[0].id, last);
process.disconnect?.();
