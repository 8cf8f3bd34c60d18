/** The benchmark's results for people. */
import Table from 'cli-table3';
import type { Comparison, Measurement } from './rows.ts';
import { median, spread } from './statistics.ts';

const style = { head: [], border: [] };
const digits = (value: number) => value.toPrecision(3);
const percent = (value: number) => `${(100 * value).toFixed(0)} %`;

function cells(what: string, row: Comparison): string[] {
  const { steps_per_s, arrangement, peer, peer_steps_per_s, ratio, spread } = row;
  return [
    `${what} (${arrangement})`,
    digits(steps_per_s),
    peer ?? 'no peer',
    peer_steps_per_s === null ? '' : digits(peer_steps_per_s),
    ratio === null ? '' : digits(ratio),
    percent(spread),
  ];
}

/** Every setting that was measured, then each engine's best against the best peer. */
export function table({ rows, settings }: Measurement): string {
  const all = new Table({ head: ['shape', 'who', 'processes', 'steps/s', 'ms/step', 'spread'], style });
  for (const { shape, runner, arrangement, rates } of settings) {
    const rate = median(rates);
    all.push([shape, runner, arrangement, digits(rate), digits(1000 / rate), percent(spread(rates))]);
  }
  const best = new Table({
    head: ['shape', 'engine', 'steps/s', 'best peer', 'steps/s', 'ratio', 'spread', 'of matmul peak'],
    style,
  });
  for (const row of rows) {
    const share = row.matmul_share === null ? '' : percent(row.matmul_share);
    best.push([row.shape, ...cells(row.engine, row), share]);
    if (row.one_model) best.push(['', ...cells('one model at a time', row.one_model), '']);
  }
  return `${all.toString()}\n${best.toString()}`;
}
