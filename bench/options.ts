/** Options of the benchmarks that take counts. */
import { parseArgs } from 'node:util';

/** Ends the benchmark with a message. */
export function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

/** Whole numbers above 0 by name, each with a default. */
export type Counts = Record<string, number>;

/**
 * Reads `--name N` for each count, `--json` and `--help`; on wrong ones the process ends with a message.
 * @returns null where only help was asked for, which is printed
 */
export function readCounts<C extends Counts>(
  args: string[],
  defaults: C,
  help: string,
): { counts: C; json: boolean } | null {
  const strings = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, { type: 'string' as const }]),
  );
  const flags = { json: { type: 'boolean' as const }, help: { type: 'boolean' as const } };
  try {
    const values: Record<string, unknown> = parseArgs({ args, options: { ...strings, ...flags } }).values;
    if (values.help) {
      console.log(help);
      return null;
    }
    const counts = Object.entries(defaults).map(([name, value]) => [
      name,
      values[name] === undefined ? value : count(name, values[name]),
    ]);
    return { counts: Object.fromEntries(counts) as C, json: values.json === true };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

function count(name: string, given: unknown): number {
  const value = Number(given);
  if (Number.isInteger(value) && value > 0) return value;
  return fail(`--${name} is ${String(given)}; give a whole number above 0.`);
}
