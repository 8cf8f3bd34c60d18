/** Where time goes, operator by operator: read off ONNX Runtime's profile, and printed. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Table from 'cli-table3';

/** Milliseconds of a run, and how often an operator ran in one. */
interface OperatorTime {
  operator: string;
  ms: number;
  calls: number;
}

/** Milliseconds of a run in the products of one size, and how often they ran in one. */
interface ProductTime {
  /** As the operands lie in memory: `384×576 · 576×1536`. */
  operands: string;
  ms: number;
  calls: number;
  /** Multiplications and additions a second. */
  flops: number;
}

/** One side of a comparison. */
export interface Profile {
  who: string;
  /** Of a run, by the clock. */
  ms: number;
  operators: OperatorTime[];
  /** Where the profile tells sizes. */
  products?: ProductTime[];
  /** Matrix products of 1024 × 1024 matrices, multiplications and additions a second. */
  peak: number;
}

/** A line of ONNX Runtime's profile. */
interface Event {
  cat: string;
  name: string;
  dur: number;
  args?: { op_name?: string; input_type_shape?: Typed[]; output_type_shape?: Typed[] };
}

/** The shape of a value, by the name of its type. */
type Typed = Record<string, number[]>;

/**
 * Of all programs whose profiles were written to a folder together.
 * @param runs what the sums are divided by
 */
export async function operatorsIn(
  folder: string,
  runs: number,
): Promise<Required<Pick<Profile, 'operators' | 'products'>>> {
  const files = readdirSync(folder).map((file) => path.join(folder, file));
  const events = (await Promise.all(files.map(eventsIn))).flat();
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
  const operators = timesOf(kernels, runs, operatorOf).map(({ of, ...times }) => ({
    operator: of,
    ...times,
  }));
  const products = timesOf(
    kernels.filter((each) => PRODUCTS.includes(operatorOf(each))),
    runs,
    (each) =>
      shapesOf(each, 'input')
        .map((shape) => shape.join('×'))
        .slice(0, 2)
        .join(' · '),
  ).map(({ of, first, ...times }) => ({
    operands: of,
    ...times,
    flops: (flopsOf(first) * times.calls) / (times.ms / 1000),
  }));
  return { operators, products };
}

const operatorOf = ({ args }: Event) => args?.op_name ?? '?';

/** Slowest first. */
function timesOf(kernels: readonly Event[], runs: number, by: (event: Event) => string) {
  return [...Map.groupBy(kernels, by)]
    .map(([of, events]) => ({
      of,
      first: events[0],
      ms: events.reduce((sum, { dur }) => sum + dur, 0) / 1000 / runs,
      calls: events.length / runs,
    }))
    .sort((a, b) => b.ms - a.ms);
}

const shapesOf = ({ args }: Event, side: 'input' | 'output') =>
  (args?.[`${side}_type_shape`] ?? []).map((typed) => Object.values(typed)[0] ?? []);

/** Of a product: each element of what comes out adds up as many terms as the operands have in common. */
function flopsOf(product: Event): number {
  const size = (shape: number[]) => shape.reduce((all, length) => all * length, 1);
  const [[left], [out]] = [shapesOf(product, 'input'), shapesOf(product, 'output')];
  return 2 * size(out) * (size(left) / (size(out) / out.at(-1)!));
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

/** Sizes of products that are told. */
const SIZES = 16;

const rate = (flops: number) => `${(flops / 1e9).toFixed(0)} GFLOP/s`;

/** A table of those that take half a percent or more. @param what a run is */
export function operatorTable({ who, ms, operators, products, peak }: Profile, what: string): string {
  const table = tableOf(['operator', `ms ${what}`, 'share', 'calls']);
  const sum = (of: readonly OperatorTime[]) => of.reduce((sum, each) => sum + each.ms, 0);
  const all = sum(operators);
  for (const each of operators.filter((each) => each.ms > all / 200))
    table.push([
      each.operator,
      each.ms.toFixed(2),
      `${((100 * each.ms) / all).toFixed(1)} %`,
      each.calls.toFixed(0),
    ]);
  const inProducts = sum(operators.filter(({ operator }) => PRODUCTS.includes(operator)));
  return [
    `${who}: ${ms.toFixed(1)} ms ${what}, ${all.toFixed(1)} of them in operators; 1024³ products: ${rate(peak)}`,
    table.toString(),
    `products: ${inProducts.toFixed(1)} ms ${what}\n`,
    products ? productTable(products, what) : '',
  ].join('\n');
}

/** The products in which most of the time goes. */
function productTable(products: readonly ProductTime[], what: string): string {
  const table = tableOf(['product', `ms ${what}`, 'calls', 'speed']);
  for (const { operands, ms, calls, flops } of products.slice(0, SIZES))
    table.push([operands, ms.toFixed(2), calls.toFixed(0), rate(flops)]);
  return `${table.toString()}\n`;
}

const tableOf = (head: string[]) => new Table({ head, style: { head: [], border: [] } });
