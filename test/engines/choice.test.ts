/** What `auto` means: measured once with real training processes, kept, and the same for all seeds. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EngineCandidate } from '#lab/engines/index.ts';
import { chooseEngine, type ChoiceOptions } from '#main/engines/choice.ts';
import { checkExperiment, saveExperiment } from '#main/experiments/experiment.ts';
import { openHistory } from '#main/history/history.ts';
import { forkTrainer } from '#main/runs/fork-link.ts';
import type { WorkerLink } from '#main/runs/worker-link.ts';
import { languageSchema } from '#shared/config/language.ts';
import type { EngineId } from '#shared/engines.ts';
import { temporaryFolder } from '../credence.ts';
import { tiny } from '../service.ts';

const candidates = (...ids: EngineId[]): EngineCandidate[] => ids.map((id) => ({ id, version: '1' }));

const history = openHistory(path.join(temporaryFolder(), 'history.sqlite'));

/** A saved experiment, what to choose its engine from, and what happens while it is chosen. */
async function experiment(changes: Record<string, unknown>, from: EngineCandidate[]) {
  const config = languageSchema.parse(tiny({ engine: 'auto', seeds: [0, 1], ...changes }));
  const { runs } = saveExperiment(history, config, await checkExperiment(config));
  const launched: WorkerLink[] = [];
  const measured: EngineId[][] = [];
  const options: ChoiceOptions = {
    ...{
      history,
      run: runs[0],
      config,
      processes: 1,
      candidates: from,
      signal: new AbortController().signal,
    },
    launch() {
      const link = forkTrainer();
      launched.push(link);
      return link;
    },
    measuring: (engines) => measured.push([...engines]),
  };
  return { options, runs, launched, measured };
}

/** Steps per second as an explanation gives them. */
function rates(why: string | null): Record<string, number> {
  const found = [...(why ?? '').matchAll(/([\w-]+) ([\d.e+]+) steps\/s/g)];
  return Object.fromEntries(found.map(([, engine, rate]) => [engine, Number(rate)]));
}

describe('auto', () => {
  it('measures the engines on the steps of the config, takes the fastest, and remembers', async () => {
    const first = await experiment({}, candidates('reference', 'onnx'));
    const choice = await chooseEngine(first.options);
    const measured = rates(choice.why);
    expect(Object.keys(measured)).toEqual(['reference', 'onnx']);
    expect(measured[choice.engine]).toBe(Math.max(...Object.values(measured)));
    expect(first.measured).toEqual([['reference', 'onnx']]);
    expect(first.launched).toHaveLength(2);

    const again = await experiment({ name: 'another' }, candidates('reference', 'onnx'));
    expect(await chooseEngine(again.options)).toEqual(choice);
    expect(again.launched).toEqual([]);
    expect(again.measured).toEqual([]);
  });

  it('measures anew for another shape, another number of processes and another version', async () => {
    const other = [
      await experiment({ model: { d_model: 8, n_layers: 1, n_heads: 1 } }, candidates('reference', 'onnx')),
      await experiment({}, [...candidates('reference'), { id: 'onnx', version: '2' }]),
    ];
    for (const { options, launched } of other) {
      await chooseEngine(options);
      expect(launched).toHaveLength(2);
    }
    const two = await experiment({}, candidates('reference', 'onnx'));
    await chooseEngine({ ...two.options, processes: 2 });
    expect(two.launched).toHaveLength(4);
  });

  it('leaves out an engine that does not work, and says why', async () => {
    const missing = process.platform === 'win32' ? 'onnx-coreml' : 'onnx-dml';
    const { options } = await experiment({}, candidates(missing, 'reference'));
    const { engine, why } = await chooseEngine(options);
    expect(engine).toBe('reference');
    expect(why).toMatch(
      new RegExp(`${missing} not: the ${missing} engine cannot load: .+reference .+ steps/s`),
    );
  });

  it('measures nothing where there is one engine', async () => {
    const { options, launched } = await experiment({}, candidates('onnx'));
    expect(chooseEngine(options)).toEqual({ engine: 'onnx', why: null });
    expect(launched).toEqual([]);
  });
});

describe('the engine of an experiment', () => {
  it('is the one that its config names', async () => {
    const { options } = await experiment({ engine: 'reference' }, candidates('onnx', 'tensorflow'));
    expect(chooseEngine(options)).toEqual({ engine: 'reference', why: null });
  });

  it('stays that of its first run, for a resumed run and for every other seed', async () => {
    const { options, runs } = await experiment({}, candidates('onnx', 'tensorflow'));
    history.updateRunStart(runs[0].id, { engine: 'reference', device: 'CPU', corpus_hash: 'x' });
    const kept = { engine: 'reference', why: null };
    expect(chooseEngine({ ...options, run: history.getRun(runs[0].id) })).toEqual(kept);
    expect(chooseEngine({ ...options, run: runs[1] })).toEqual(kept);
  });
});
