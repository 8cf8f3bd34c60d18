/** What a pre-trained model knows of the facts before it is trained: every question under the real names. */
import { perCent, percentText } from './decimals.ts';
import type { Bounds } from './stats/interval.ts';

interface KnownAttribute {
  name: string;
  question: string;
  asked: number;
  known: number;
}

interface KnownEntity {
  name: string;
  asked: number;
  known: number;
}

/** A question as it was asked, with what the model said. */
export interface AskedFact {
  prompt: string;
  /** Accepted answers. */
  golds: string[];
  given: string;
  right: boolean;
}

export interface KnownFacts {
  /** Whose data these are, where they follow the seed. */
  seed: number;
  asked: number;
  known: number;
  attributes: KnownAttribute[];
  entities: KnownEntity[];
  /** Some, of right and of wrong answers. */
  examples: AskedFact[];
}

/** Names of the entities of which a model knows so many facts at least. */
export function knownEntities({ entities }: Pick<KnownFacts, 'entities'>, least: number): string[] {
  return entities.filter(({ known }) => known >= least).map(({ name }) => name);
}

/** Facts of the entity that has most: the most that can be demanded. */
export function mostAsked({ entities }: Pick<KnownFacts, 'entities'>): number {
  return Math.max(0, ...entities.map(({ asked }) => asked));
}

const Z = 1.959963984540054;

/**
 * The 95 % interval of a share (Wilson 1927; `scipy.stats.binomtest(…).proportion_ci(method='wilson')`). It is over
 * questions of one model, not over seeds.
 * @returns no ends where nothing was asked
 */
export function wilson(known: number, asked: number): Bounds {
  if (asked === 0) return { low: null, high: null };
  const share = known / asked;
  const scale = 1 + Z ** 2 / asked;
  const centre = (share + Z ** 2 / (2 * asked)) / scale;
  const reach = (Z * Math.sqrt((share * (1 - share)) / asked + Z ** 2 / (4 * asked ** 2))) / scale;
  return { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
}

/** `12.5 % [9.1, 17.0]` */
export function shareText(known: number, asked: number): string {
  const { low, high } = wilson(known, asked);
  if (low === null || high === null) return '–';
  return `${percentText(known / asked)} [${perCent(low)}, ${perCent(high)}]`;
}
