/** Gives a target inputs and looks at what it must never do. */
import { performance } from 'node:perf_hooks';
import { ApiError } from '#shared/contract.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import { mutated } from './mutate.ts';
import { cage, TARGETS } from './targets.ts';

/** Milliseconds that one input may take. */
const SLOW = 5000;
/** Bytes that the whole process may come to hold. */
const MOST_MEMORY = 1 << 30;

interface Fault {
  what: string;
  input: Buffer;
}

export interface Outcome {
  inputs: number;
  accepted: number;
  slowest: number;
  faults: Fault[];
}

/**
 * @param name of `TARGETS`
 * @param began told of the number of each input before it is read
 * @param extra inputs that come first, for example those that were found
 */
export async function fuzz(
  name: string,
  {
    inputs,
    seed,
    extra = [],
    began,
  }: { inputs: number; seed: number; extra?: Buffer[]; began?: (n: number) => void },
): Promise<Outcome> {
  const { folder, strays, remove } = cage();
  const target = await TARGETS[name](folder);
  const random = randomStream(seed, 'fuzz', name);
  const outcome: Outcome = { inputs: 0, accepted: 0, slowest: 0, faults: [] };
  const first = [...extra, ...target.corpus];
  try {
    for (let i = 0; i < Math.max(inputs, first.length) && outcome.faults.length < 20; i++) {
      began?.(i);
      const input = first[i] ?? mutated(target.corpus, random);
      await readOne(target.read, input, outcome);
      if (i % 500 === 0 && process.memoryUsage().rss > MOST_MEMORY)
        outcome.faults.push({ what: `holds ${process.memoryUsage().rss} bytes`, input });
    }
    const left = strays();
    if (left.length > 0)
      outcome.faults.push({ what: `left ${left.join(', ')} outside`, input: Buffer.alloc(0) });
  } finally {
    await target.close?.();
    remove();
  }
  return outcome;
}

async function readOne(read: (bytes: Buffer) => unknown, input: Buffer, outcome: Outcome): Promise<void> {
  const began = performance.now();
  const fault = (what: string) => void outcome.faults.push({ what, input });
  outcome.inputs++;
  try {
    await read(input);
    outcome.accepted++;
  } catch (error) {
    const said = refusal(error);
    if (said !== null) fault(said);
  }
  const took = performance.now() - began;
  outcome.slowest = Math.max(outcome.slowest, took);
  if (took > SLOW) fault(`took ${Math.round(took)} ms`);
  if (Object.keys(Object.prototype).length > 0 || 'polluted' in {}) fault('polluted Object.prototype');
}

/** What is wrong with how an input was refused; null where it was refused well. */
function refusal(error: unknown): string | null {
  if (error instanceof ApiError) return error.code === 'internal' ? `internal: ${error.message}` : null;
  if (error instanceof UserError)
    return error.message.includes('\n') ? `in two lines: ${error.message}` : null;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
