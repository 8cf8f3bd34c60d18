/**
 * Pronounceable made-up words for the pocket world: entity names, and attributes and values beyond the
 * curated lists.
 */
import { UserError } from '#shared/errors.ts';
import type { Random } from '#shared/random.ts';

const ONSETS = ['b', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z'];
const VOWELS = ['a', 'e', 'i', 'o', 'u'];
const CODAS = ['', '', 'k', 'l', 'm', 'n', 'r', 's', 't', 'x'];
const SYLLABLES = ONSETS.flatMap((onset) => VOWELS.map((vowel) => onset + vowel));

/** Coprime to every power of 80, so multiplying by it only reorders the words. */
const STRIDE = 48_271;

/**
 * The `index`-th of `total` made-up words: consonant and vowel in turn, at least three syllables.
 * Words of one `total` are distinct because each is the index written in base 80.
 */
export function wordAt(index: number, total: number): string {
  let syllables = 3;
  while (SYLLABLES.length ** syllables < total) syllables++;
  const space = BigInt(SYLLABLES.length) ** BigInt(syllables);
  let rest = Number((BigInt(index) * BigInt(STRIDE)) % space);
  let word = '';
  for (let i = 0; i < syllables; i++) {
    word += SYLLABLES[rest % SYLLABLES.length];
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return word;
}

/**
 * Unique names such as `Zorim` or `Velka Dun`, in the order drawn: a longer list begins with the same names.
 * @throws UserError `dataset.names` if the supply of names runs out
 */
export function drawNames(count: number, random: Random): string[] {
  const names = new Set<string>();
  for (let attempts = 0; names.size < count; attempts++) {
    if (attempts > 20 * count + 100)
      throw new UserError('dataset.names', `dataset.n_entities: ${count} is too many names; use fewer`);
    names.add(drawName(random));
  }
  return [...names];
}

function drawName(random: Random): string {
  const first = drawWord(random, 2 + random.int(2));
  return random.int(3) === 0 ? `${first} ${drawWord(random, 1)}` : first;
}

function drawWord(random: Random, syllables: number): string {
  let word = '';
  for (let i = 0; i < syllables; i++) word += SYLLABLES[random.int(SYLLABLES.length)];
  // A one-syllable word always ends in a consonant: `Dun`, not `Du`.
  word += CODAS[syllables === 1 ? 2 + random.int(CODAS.length - 2) : random.int(CODAS.length)];
  return word[0].toUpperCase() + word.slice(1);
}
