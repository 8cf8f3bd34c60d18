/** Options of the benchmarks that take counts. */
import { parseArgs } from 'node:util';

/** Ends the benchmark with a message. */
export function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

/** Whole numbers above 0 by name, each with a default. */
export type Counts = Record<string, number>;

/** Options beside counts. */
const FLAGS = {
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  profile: { type: 'boolean' },
  set: { type: 'string', multiple: true },
} as const;

type Flag = keyof typeof FLAGS;

/**
 * Reads `--name N` for each count, `--json` and `--help`; on wrong ones the process ends with a message.
 * @param more options that there are beside
 * @returns null where only help was asked for, which is printed
 */
export function readCounts<C extends Counts>(
  args: string[],
  defaults: C,
  help: string,
  more: readonly Flag[] = [],
): { counts: C; json: boolean; profile: boolean; set: string[] } | null {
  const strings = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, { type: 'string' as const }]),
  );
  const flags = Object.fromEntries((['json', 'help', ...more] as const).map((name) => [name, FLAGS[name]]));
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
    return {
      counts: Object.fromEntries(counts) as C,
      json: values.json === true,
      profile: values.profile === true,
      set: (values.set ?? []) as string[],
    };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}

function count(name: string, given: unknown): number {
  const value = Number(given);
  if (Number.isInteger(value) && value > 0) return value;
  return fail(`--${name} is ${String(given)}; give a whole number above 0.`);
}
