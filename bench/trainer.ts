/**
 * A process that trains on a shape with one of Credence's engines and says how fast:
 *
 *     node bench/trainer.ts SHAPE ENGINE THREADS [PRECISION]
 *
 * It speaks as bench/peers/steps.py does: a line with the first losses, then for each number of seconds on
 * standard input a line with the steps done in that time.
 */
import { createInterface } from 'node:readline';
import type { Engine } from '#lab/engines/engine.ts';
import type { Precision } from '#shared/engines.ts';
import { stepper } from './stepper.ts';
import { COMPARED_STEPS } from './task.ts';

const [name, id, threads, precision] = process.argv.slice(2);

async function trainFor(step: () => Promise<number>, limit: number) {
  const start = performance.now();
  let [steps, seconds] = [0, 0];
  while (seconds < limit) {
    await step();
    steps++;
    seconds = (performance.now() - start) / 1000;
  }
  return { steps, seconds };
}

const say = (message: object) => console.log(JSON.stringify(message));

const step = await stepper(name, id as Engine['id'], Number(threads), precision as Precision | undefined);
const losses: number[] = [];
for (let i = 0; i < COMPARED_STEPS; i++) losses.push(await step());
say({ losses });
for await (const line of createInterface({ input: process.stdin })) say(await trainFor(step, Number(line)));
