/** Tags as pictures: blocks, half of them bright, so that no tag is merely the brighter one. */
import type { ImageTagsConfig } from '#shared/config/images.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream, type Random } from '#shared/random.ts';
import type { ImageAssignment, Pattern } from './data.ts';

const ROLES = ['reliable', 'unreliable', 'fresh'] as const;
const TRIES = 10_000;

/** Blocks in which two patterns differ. */
export function distanceOf(one: Pattern, other: Pattern): number {
  return [...one].filter((block, i) => block !== other[i]).length;
}

/**
 * The three tags, each drawn from a random stream of its own; any two differ in `tags.distance` blocks at least.
 * @throws UserError `tags.distance` where no such patterns are found
 */
export function drawPatterns(config: ImageTagsConfig, seed: number): ImageAssignment['tags'] {
  const drawn: Pattern[] = [];
  for (const role of ROLES) {
    const random = randomStream(seed, 'tags', role);
    const pattern = drawPattern(config, random, (one) =>
      drawn.every((tag) => distanceOf(one, tag) >= config.distance),
    );
    if (pattern === null) throw tooClose(config);
    drawn.push(pattern);
  }
  return { reliable: drawn[0], unreliable: drawn[1], fresh: drawn[2] };
}

/**
 * A new tag for each definition of `qd4consis`: all different, each as far from the three tags as these are from
 * each other.
 * @throws UserError `tags.columns` where there are not enough patterns
 */
export function drawFreshPatterns(
  config: ImageTagsConfig,
  count: number,
  tags: ImageAssignment['tags'],
  seed: number,
): Pattern[] {
  const random = randomStream(seed, 'tags', 'fresh-each');
  const named = Object.values(tags);
  const drawn = new Set<Pattern>();
  while (drawn.size < count) {
    const pattern = drawPattern(
      config,
      random,
      (one) => !drawn.has(one) && named.every((tag) => distanceOf(one, tag) >= config.distance),
    );
    if (pattern === null) throw tooFew(config, count, drawn.size);
    drawn.add(pattern);
  }
  return [...drawn];
}

function drawPattern(
  { columns, rows }: ImageTagsConfig,
  random: Random,
  fits: (pattern: Pattern) => boolean,
): Pattern | null {
  const blocks = columns * rows;
  const half = Array.from({ length: blocks }, (_, i) => (i < Math.floor(blocks / 2) ? '1' : '0'));
  for (let i = 0; i < TRIES; i++) {
    const pattern = random.shuffle(half).join('');
    if (fits(pattern)) return pattern;
  }
  return null;
}

function tooClose({ columns, rows, distance }: ImageTagsConfig): UserError {
  return new UserError(
    'tags.distance',
    `tags.distance: no three patterns of ${columns} × ${rows} blocks were found that differ in ${distance}; lower it, or raise tags.columns or tags.rows`,
  );
}

function tooFew({ columns, rows, distance }: ImageTagsConfig, count: number, found: number): UserError {
  return new UserError(
    'tags.columns',
    `tags.columns: ${columns} × ${rows} blocks make ${found} more patterns at tags.distance ${distance}, too few for the ${count} definitions of qd4consis; raise tags.columns or tags.rows, or lower subsets.fractions.qd4consis`,
  );
}
