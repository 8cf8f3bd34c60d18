/** From rates by setting to the rows that are printed: each engine's best against the best peer. */
import type { Arrangement } from './contenders.ts';
import { median, rounded, spread } from './statistics.ts';

/** One way to train a shape, and its steps per second in each round. */
export interface Setting {
  runner: string;
  isPeer: boolean;
  arrangement: Arrangement;
  /** Steps per second of all processes together. */
  rates: number[];
}

/** An engine's best setting against a peer's best. */
export interface Comparison {
  steps_per_s: number;
  /** How the processes were arranged. */
  arrangement: string;
  /** The fastest peer and its arrangement; null where there is none. */
  peer: string | null;
  peer_steps_per_s: number | null;
  /** Median over rounds of engine ÷ peer. */
  ratio: number | null;
  /** Range over rounds, as a share of the median: of the ratio, or of the steps where there is no peer. */
  spread: number;
}

interface Row extends Comparison {
  shape: string;
  engine: string;
  /**
   * The same for one model at a time: how long one seed takes. The row itself is about the whole machine. Null
   * for a whole quick start.
   */
  one_model: Comparison | null;
  /** Share of the machine's peak of matrix products that the steps use; null for a whole quick start. */
  matmul_share: number | null;
  /** What to do about a missing peer. */
  note?: string;
}

export function describe({ processes, threads }: Arrangement): string {
  const of = threads === 1 ? '1 thread' : `${threads} threads`;
  return processes === 1 ? `1 process, ${of}` : `${processes} processes, ${of} each`;
}

function best(settings: readonly Setting[]): Setting | null {
  return settings.reduce<Setting | null>(
    (best, setting) => (best && median(best.rates) >= median(setting.rates) ? best : setting),
    null,
  );
}

function compare(own: Setting, peer: Setting | null): Comparison {
  const ratios = peer ? own.rates.map((rate, round) => rate / peer.rates[round]) : null;
  return {
    steps_per_s: rounded(median(own.rates)),
    arrangement: describe(own.arrangement),
    peer: peer && `${peer.runner}, ${describe(peer.arrangement)}`,
    peer_steps_per_s: peer && rounded(median(peer.rates)),
    ratio: ratios && rounded(median(ratios)),
    spread: rounded(spread(ratios ?? own.rates)),
  };
}

/** What was measured: a row for each engine and shape, and every rate behind it. */
export interface Measurement {
  rows: Row[];
  settings: { shape: string; runner: string; arrangement: string; rates: number[] }[];
}

export function measurementOf(shape: string, settings: readonly Setting[]): Measurement {
  return {
    rows: rowsOf(shape, settings),
    settings: settings.map(({ runner, arrangement, rates }) => ({
      shape,
      runner,
      arrangement: describe(arrangement),
      rates: rates.map(rounded),
    })),
  };
}

export function joined(measured: readonly Measurement[]): Measurement {
  return {
    rows: measured.flatMap(({ rows }) => rows),
    settings: measured.flatMap(({ settings }) => settings),
  };
}

/** One row for each engine among the settings of a shape. */
function rowsOf(shape: string, settings: readonly Setting[]): Row[] {
  const engines = [...new Set(settings.filter(({ isPeer }) => !isPeer).map(({ runner }) => runner))];
  const alone = settings.filter(({ arrangement }) => arrangement.processes === 1);
  const against = (engine: string, among: readonly Setting[]): Comparison[] => {
    const own = best(among.filter(({ runner }) => runner === engine));
    return own ? [compare(own, best(among.filter(({ isPeer }) => isPeer)))] : [];
  };
  return engines.map((engine) => ({
    shape,
    engine,
    ...against(engine, settings)[0],
    one_model: against(engine, alone).at(0) ?? null,
    matmul_share: null,
  }));
}
