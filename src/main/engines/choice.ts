/** Which engine a run trains on: the one it began with, the one it names, or the fastest that works here. */
import { availableParallelism } from 'node:os';
import { engineCandidates, type EngineCandidate } from '#lab/engines/index.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { ENGINE_IDS, type EngineId } from '#shared/engines.ts';
import { toWireError } from '#shared/errors.ts';
import type { RunRecord } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import type { WorkerLink } from '../runs/worker-link.ts';
import { ask } from './ask.ts';
import { trialKey } from './shape.ts';

export interface EngineChoice {
  engine: EngineId;
  /** How `auto` came to it; null where there was nothing to choose. */
  why: string | null;
}

export interface ChoiceOptions {
  history: History;
  launch: () => WorkerLink;
  run: RunRecord;
  config: ExperimentConfig;
  /** How many seeds will train at the same time. */
  processes: number;
  signal: AbortSignal;
  /** Told before engines are measured. */
  measuring?: (engines: readonly EngineId[]) => void;
  candidates?: readonly EngineCandidate[];
}

/** Steps per second of all processes together, or why there are none. */
interface Trial {
  engine: EngineId;
  steps_per_s: number;
  problem: string | null;
}

interface KeptTrials {
  key: string;
  trials: Trial[];
}

const SETTING = 'engine-trials';
/** Older ones are forgotten. */
const KEPT = 40;
/** Milliseconds until an engine counts as too slow to choose. */
const TIMEOUT = 60_000;
/** What remains where every trial failed: its own run will say why it does not work. */
const LAST_RESORT: EngineId = 'onnx';

/**
 * The engine of a run. All seeds of an experiment, and a resumed run, keep the engine of the first.
 * @returns at once where nothing needs to be measured
 */
export function chooseEngine(options: ChoiceOptions): EngineChoice | Promise<EngineChoice> {
  const { config, candidates = engineCandidates(options.config.precision) } = options;
  const begun = engineOfExperiment(options);
  if (begun) return { engine: begun, why: null };
  if (config.engine !== 'auto') return { engine: config.engine, why: null };
  if (candidates.length < 2) return { engine: candidates[0]?.id ?? LAST_RESORT, why: null };
  return chooseFastest(options, candidates);
}

function engineOfExperiment({ history, run }: ChoiceOptions): EngineId | undefined {
  const known = (name: string | null) => ENGINE_IDS.find((id) => id === name);
  return (
    known(run.engine) ??
    history
      .runsOf(run.experiment)
      .map(({ engine }) => known(engine))
      .find(Boolean)
  );
}

async function chooseFastest(
  options: ChoiceOptions,
  candidates: readonly EngineCandidate[],
): Promise<EngineChoice> {
  const { history, run, config, processes, signal } = options;
  const key = await trialKey(config, run.seed, processes, candidates);
  const kept = readTrials(history).find((one) => one.key === key);
  if (kept) return fastest(kept.trials);
  options.measuring?.(candidates.map(({ id }) => id));
  const trials: Trial[] = [];
  for (const { id } of candidates) trials.push(await tryEngine(id, options));
  if (!signal.aborted) history.writeSetting(SETTING, [...readTrials(history), { key, trials }].slice(-KEPT));
  return fastest(trials);
}

function readTrials(history: History): KeptTrials[] {
  const kept = history.readSetting(SETTING);
  return Array.isArray(kept) ? (kept as KeptTrials[]) : [];
}

function fastest(trials: readonly Trial[]): EngineChoice {
  const works = trials.filter(({ problem }) => problem === null);
  const best = works.toSorted((a, b) => b.steps_per_s - a.steps_per_s)[0];
  const said = trials.map(({ engine, steps_per_s, problem }) =>
    problem === null ? `${engine} ${steps_per_s.toPrecision(3)} steps/s` : `${engine} not: ${problem}`,
  );
  return { engine: best?.engine ?? LAST_RESORT, why: `auto measured: ${said.join(', ')}` };
}

/** As many processes at once as will train. */
async function tryEngine(engine: EngineId, options: ChoiceOptions): Promise<Trial> {
  const { launch, config, run, processes, signal } = options;
  const threads = Math.max(1, Math.floor(availableParallelism() / processes));
  const job = { config, seed: run.seed, engine, threads };
  const one = () => ask({ type: 'trial', job }, { launch, timeout: TIMEOUT, signal });
  try {
    const answers = await Promise.all(Array.from({ length: processes }, one));
    const rates = answers.map((answer) => (answer.type === 'tried' ? answer.steps_per_s : 0));
    return { engine, steps_per_s: rates.reduce((sum, rate) => sum + rate, 0), problem: null };
  } catch (error) {
    return { engine, steps_per_s: 0, problem: toWireError(error).message };
  }
}
