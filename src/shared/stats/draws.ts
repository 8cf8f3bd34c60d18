/**
 * The random numbers behind resamples and permutations: the same in every process, drawn once and shared by all
 * comparisons over the same number of seeds.
 */
import { randomStream } from '../random.ts';

/** Resamples of a bootstrap (rliable: at least 10 000), and random permutations where there are too many. */
export const DRAWS = 10_000;
/** Numbers of seeds whose draws are kept. */
const KEPT = 4;

/** Keeps the latest few of what a function draws for a number of seeds. */
function remembered<T>(draw: (n: number) => T): (n: number) => T {
  const known = new Map<number, T>();
  return (n) => {
    const drawn = known.get(n) ?? draw(n);
    if (!known.has(n) && known.size >= KEPT) known.clear();
    known.set(n, drawn);
    return drawn;
  };
}

/** Indices of `DRAWS` bootstrap resamples of `n` values, one resample after another. */
export const resampleIndices = remembered((n) => {
  const random = randomStream(0, 'bootstrap', n);
  return Uint32Array.from({ length: DRAWS * n }, () => random.int(n));
});

/** `DRAWS` random sign flips of `n` values (1 or −1), one after another. */
export const randomSigns = remembered((n) => {
  const random = randomStream(0, 'sign-flip', n);
  return Int8Array.from({ length: DRAWS * n }, () => 1 - 2 * random.int(2));
});
