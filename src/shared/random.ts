/**
 * Deterministic randomness: independent streams named by a seed and labels, the same in every process.
 * A stream is xoroshiro128+ (pure-rand) seeded with the SHA-256 of its name, so that neighbouring seeds
 * and different purposes never share numbers.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** Uniform integer in `[0, n)`. */
  int(n: number): number;
  /** Uniform in `[0, 1)`. */
  float(): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** `count` different items in random order, all of them if there are fewer. */
  sample<T>(items: readonly T[], count: number): T[];
}

/**
 * The random stream of one purpose.
 * @param seed the run's or split's seed
 * @param labels what the stream is for, for example `('split', 'stage2')`
 */
export function randomStream(seed: number, ...labels: (string | number)[]): Random {
  const digest = sha256(utf8ToBytes(JSON.stringify([seed, ...labels])));
  const words = new Int32Array(digest.slice(0, 16).buffer);
  const generator = xoroshiro128plusFromState([words[0] | 1, words[1], words[2], words[3]]);
  const int = (n: number) => uniformInt(generator, 0, n - 1);
  const float = () => uniformFloat64(generator);
  let spare: number | null = null;
  return {
    int,
    float,
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - float()));
      const angle = 2 * Math.PI * float();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle(items) {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [copy[i], copy[j]] = [copy[j], copy[i]];
      }
      return copy;
    },
    sample(items, count) {
      const copy = [...items];
      const wanted = Math.min(count, copy.length);
      for (let i = 0; i < wanted; i++) {
        const j = i + int(copy.length - i);
        [copy[i], copy[j]] = [copy[j], copy[i]];
      }
      return copy.slice(0, wanted);
    },
  };
}

/** The rounds of `triple32` (Chris Wellons, public domain): every bit of the input changes half of the output. */
function scramble(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 17), 0xed5ad4bb);
  bits = Math.imul(bits ^ (bits >>> 11), 0xac4c1b51);
  bits = Math.imul(bits ^ (bits >>> 15), 0x31848bab);
  return bits ^ (bits >>> 14);
}

/**
 * The random numbers of one purpose in any order: number `n` (an integer below 2^32) is the same whichever others are
 * asked for. For millions of small draws, where a stream each would take the time.
 * @returns uniform integer in `[0, below)`
 */
export function randomNumbers(
  seed: number,
  ...labels: (string | number)[]
): (n: number, below: number) => number {
  const stream = randomStream(seed, 'numbers', ...labels);
  const [first, second] = [stream.int(2 ** 32), stream.int(2 ** 32)];
  return (n, below) => {
    const word = scramble(scramble((n + first) | 0) ^ second) >>> 0;
    return Math.floor((word / 2 ** 32) * below);
  };
}

/**
 * A permutation of `0..n-1` without fixed points, uniform over all of them (rejection sampling).
 * @throws RangeError if `n` is 1: a single item has no derangement
 */
export function derangement(n: number, random: Random): number[] {
  if (n === 1) throw new RangeError('one item has no derangement');
  const identity = Array.from({ length: n }, (_, i) => i);
  for (;;) {
    const permutation = random.shuffle(identity);
    if (permutation.every((value, index) => value !== index)) return permutation;
  }
}
