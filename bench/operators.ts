/** Where time goes, operator by operator: read off ONNX Runtime's profile, and printed. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Table from 'cli-table3';

/** Milliseconds of a run, and how often an operator ran in one. */
export interface OperatorTime {
  operator: string;
  ms: number;
  calls: number;
}

/** One side of a comparison. */
export interface Profile {
  who: string;
  /** Of a run, by the clock. */
  ms: number;
  operators: OperatorTime[];
  /** Matrix products of 1024 × 1024 matrices, multiplications and additions a second. */
  peak: number;
}

/** A line of ONNX Runtime's profile. */
interface Event {
  cat: string;
  name: string;
  dur: number;
  args?: { op_name?: string };
}

/**
 * Of all programs whose profiles were written to a folder together.
 * @param runs what the sums are divided by
 */
export async function operatorsIn(folder: string, runs: number): Promise<OperatorTime[]> {
  const files = readdirSync(folder).map((file) => path.join(folder, file));
  const events = (await Promise.all(files.map(eventsIn))).flat();
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
  return [...Map.groupBy(kernels, ({ args }) => args?.op_name ?? '?')]
    .map(([operator, of]) => ({
      operator,
      ms: of.reduce((sum, { dur }) => sum + dur, 0) / 1000 / runs,
      calls: of.length / runs,
    }))
    .sort((a, b) => b.ms - a.ms);
}

/** A file is there, empty, until its program was given back, which takes a moment. */
async function eventsIn(file: string): Promise<Event[]> {
  for (;;) {
    const text = readFileSync(file, 'utf8').trim();
    if (text.endsWith(']')) return JSON.parse(text) as Event[];
    await wait(100);
  }
}

/** Those of a product: what a model cannot do without. */
const PRODUCTS = ['MatMul', 'Gemm', 'FusedMatMul', 'aten::mm', 'aten::addmm', 'aten::bmm', 'aten::baddbmm'];

const rate = (flops: number) => `${(flops / 1e9).toFixed(0)} GFLOP/s`;

/** A table of those that take half a percent or more. @param what a run is */
export function operatorTable({ who, ms, operators, peak }: Profile, what: string): string {
  const table = new Table({
    head: ['operator', `ms ${what}`, 'share', 'calls'],
    style: { head: [], border: [] },
  });
  const sum = (of: readonly OperatorTime[]) => of.reduce((sum, each) => sum + each.ms, 0);
  const all = sum(operators);
  for (const each of operators.filter((each) => each.ms > all / 200))
    table.push([
      each.operator,
      each.ms.toFixed(2),
      `${((100 * each.ms) / all).toFixed(1)} %`,
      each.calls.toFixed(0),
    ]);
  const products = sum(operators.filter(({ operator }) => PRODUCTS.includes(operator)));
  return [
    `${who}: ${ms.toFixed(1)} ms ${what}, ${all.toFixed(1)} of them in operators; 1024³ products: ${rate(peak)}`,
    table.toString(),
    `products: ${products.toFixed(1)} ms ${what}\n`,
  ].join('\n');
}
