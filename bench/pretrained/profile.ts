/** Where the time of a real model goes, operator by operator, on both sides. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { operatorTable, type Profile } from '../operators.ts';
import type { Asked, Side, Start } from './sides.ts';

type Profiled = Omit<Profile, 'who' | 'ms'> & { flops?: number };

interface Result {
  what: string;
  ours: Profile;
  theirs: Profile;
  /** Multiplications and additions of our matrix products. */
  product_flops: number;
}

/** What is asked for, and how often its parts come in it. */
interface Command {
  line: string;
  runs: number;
}

/** A step of training, and answering all questions once. */
export async function profiled(asked: Asked, start: Start): Promise<[Result[], string]> {
  const { turn, batch, questions } = asked;
  const results: Result[] = [];
  for (const [what, line, runs] of [
    [`a step of ${batch} texts`, `train ${turn}`, turn],
    [`for ${questions} questions`, 'answer', 1],
  ] as const) {
    const ours = await oursOf(asked, start, { line, runs });
    results.push({ what, ...ours, theirs: await theirsOf(start, { line, runs }) });
  }
  return [results, results.map(linesOf).join('\n')];
}

/** By the clock, the second time: programs are compiled by then. */
async function clocked({ child }: Side, { line, runs }: Command): Promise<number> {
  await child.next(line);
  const { seconds } = (await child.next(line)) as { seconds: number };
  return (1000 * seconds) / runs;
}

/** The same batches again and again, by the clock in one process and with a profile in another. */
async function oursOf({ turn: steps, scratch }: Asked, start: Start, command: Command) {
  const plain = await start('ours', { steps });
  const ms = await clocked(plain, command);
  await plain.child.stop();
  const profile = path.join(scratch, `profile ${command.line}`);
  mkdirSync(profile);
  const { child } = await start('ours', { steps, profile });
  await child.next(command.line);
  const { flops, ...found } = (await child.next(`profile ${command.runs}`)) as Profiled;
  await child.stop();
  return { ours: { who: 'onnx', ms, ...found }, product_flops: flops! };
}

/** It reads what ours wrote. */
async function theirsOf(start: Start, command: Command): Promise<Profile> {
  const side = await start('theirs');
  const ms = await clocked(side, command);
  const found = (await side.child.next(`profile ${command.line}`)) as Profiled;
  await side.child.stop();
  return { who: 'transformers', ms, ...found };
}

function linesOf({ what, ours, theirs, product_flops }: Result): string {
  const flops = `Our products are ${(product_flops / 1e9).toFixed(0)} GFLOP ${what}.\n`;
  return [operatorTable(ours, what), operatorTable(theirs, what), flops].join('\n');
}
