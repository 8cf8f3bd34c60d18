/** A slice of `npm run fuzz`, after every input that once was a fault (test/fuzz-corpus, named by what reads it). */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fuzz } from '../bench/fuzz/fuzz.ts';
import { TARGETS } from '../bench/fuzz/targets.ts';

const CORPUS = new URL('./fuzz-corpus/', import.meta.url);

it.each(Object.keys(TARGETS))('%s takes foreign bytes, or refuses them in one line', async (name) => {
  const found = readdirSync(CORPUS).filter((file) => file.startsWith(`${name}-`));
  const extra = found.map((file) => readFileSync(new URL(file, CORPUS)));
  const { faults, inputs } = await fuzz(name, { inputs: 200, seed: 1, extra });
  expect(faults.map(({ what, input }) => [what, input.toString('latin1')])).toEqual([]);
  expect(inputs).toBeGreaterThanOrEqual(200);
});
