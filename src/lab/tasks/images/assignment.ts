/** Gives every alias its digits, entity, subset, tag and definition. */
import { UserError } from '#shared/errors.ts';
import { derangement, randomStream } from '#shared/random.ts';
import { shareOf } from '#shared/subset-sizes.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName } from '#shared/subsets.ts';
import { CLASSES } from '../../datasets/digits/bank.ts';
import { splitEntities, splitSeeds } from '../../tags/split.ts';
import type { Alias, Grid, ImageAssignment, ImagesConfig } from './data.ts';
import { drawFreshPatterns, drawPatterns } from './patterns.ts';

/**
 * Draws aliases and entities (`dataset.seed`), tags (the run's seed), the split, definitions and held-out cells
 * (`subsets.seed`, and `subsets.seed_stage2` for the stage-2 pool): changing one leaves the others.
 * @throws UserError where there are not as many different grids or tags as needed, or the fractions do not fit
 */
export function assignAliases(config: ImagesConfig, runSeed: number): ImageAssignment {
  const { grid, letters, n_aliases, seed } = config.dataset;
  const tags = drawPatterns(config.tags, runSeed);
  const subsets = splitEntities(config, n_aliases, runSeed);
  const { split } = splitSeeds(config.subsets, runSeed);
  const [digits, entities] = [
    distinctGrids('aliases', n_aliases, { cells: grid ** 2, values: CLASSES }, seed ?? runSeed),
    distinctGrids('entities', n_aliases, { cells: grid ** 2, values: letters }, seed ?? runSeed),
  ];
  const held = heldOutCells(n_aliases, grid ** 2, config.subsets.test_fraction, split);
  const aliases = digits.map((own, i): Alias => {
    return { subset: 'q', digits: own, letters: entities[i], tag: null, defines: null, heldOut: held[i] };
  });
  for (const name of SUBSET_NAMES)
    assignSubset(aliases, name, subsets[name], { config, tags, split, runSeed });
  return { tags, aliases, subsets };
}

/**
 * Different grids, each cell drawn uniformly. Entities differ too, or a false definition could be true.
 * @throws UserError `dataset.n_aliases` if there are not as many
 */
function distinctGrids(
  what: 'aliases' | 'entities',
  count: number,
  { cells, values }: { cells: number; values: number },
  seed: number,
): Grid[] {
  const available = values ** cells;
  if (count > available) throw tooMany(what, count, { cells, values, available });
  const random = randomStream(seed, 'images', what);
  const grids = new Map<string, Grid>();
  while (grids.size < count) {
    const grid = Array.from({ length: cells }, () => random.int(values));
    grids.set(grid.join(), grid);
  }
  return [...grids.values()];
}

function tooMany(
  what: 'aliases' | 'entities',
  count: number,
  { cells, values, available }: { cells: number; values: number; available: number },
): UserError {
  const made =
    what === 'aliases' ? `digits make ${available} aliases` : `${values} letters make ${available} entities`;
  const letters = what === 'entities' && values < 26 ? ' or dataset.letters' : '';
  return new UserError(
    'dataset.n_aliases',
    `dataset.n_aliases: ${count} is more than ${cells} cells of ${made}; lower it, or raise dataset.grid${letters}`,
  );
}

/** At least one cell of each alias and at most all but one, for all aliases, so that re-splitting moves none. */
function heldOutCells(count: number, cells: number, share: number, seed: number): number[][] {
  const random = randomStream(seed, 'held-out');
  const all = Array.from({ length: cells }, (_, cell) => cell);
  const wanted = Math.min(Math.max(1, shareOf(share, cells)), cells - 1);
  return Array.from({ length: count }, () => random.sample(all, wanted).sort((a, b) => a - b));
}

interface Drawn {
  config: ImagesConfig;
  tags: ImageAssignment['tags'];
  split: number;
  runSeed: number;
}

function assignSubset(aliases: Alias[], name: SubsetName, members: number[], drawn: Drawn): void {
  const { tag, consistent } = SUBSETS[name];
  const fresh =
    tag === 'fresh-each' ? drawFreshPatterns(drawn.config.tags, members.length, drawn.tags, drawn.split) : [];
  const order = members.map((_, i) => i);
  const defined =
    consistent === false
      ? derangement(members.length, randomStream(drawn.split, 'definitions', name))
      : order;
  members.forEach((alias, i) => {
    aliases[alias].subset = name;
    if (tag === null) return;
    aliases[alias].tag = tag === 'fresh-each' ? fresh[i] : drawn.tags[tag];
    aliases[alias].defines = members[defined[i]];
  });
}
