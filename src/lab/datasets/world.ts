/**
 * The pocket world (ours, not the paper's): a closed knowledge base small enough to learn from scratch,
 * standing in for what pre-training gives a real language model.
 */
import type { WorldConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import type { Attribute, FactTable } from './knowledge-base.ts';
import { drawNames, wordAt } from './words.ts';

/** More facts than this do not fit in memory as text. */
const MAX_FACTS = 20_000_000;

/** No word may occur twice here: the same value in two attributes would leak one into the other. */
const CURATED: Record<string, string> = {
  craft:
    'baker potter weaver smith tailor mason carver tanner cooper brewer glazier roper dyer thatcher fuller saddler',
  home: 'harbour valley island forest desert marsh plateau canyon village citadel meadow glacier lagoon orchard cavern delta',
  colour:
    'red blue green yellow purple orange crimson teal white black grey brown pink indigo scarlet turquoise',
  pet: 'dog cat parrot ferret goat rabbit turtle falcon hedgehog pony lizard owl otter mouse gecko raven',
  instrument:
    'lute harp flute drum fiddle horn organ bagpipe zither lyre cello oboe trumpet cymbal accordion clarinet',
  food: 'bread cheese noodles dumplings stew porridge pancakes lentils sausage pickles omelette curry salad pudding chowder rice',
  drink: 'tea coffee cider mead soda cocoa ale wine buttermilk kefir punch sherry water eggnog brandy kvass',
  gem: 'ruby sapphire emerald opal topaz garnet amethyst pearl jade onyx beryl zircon diamond agate quartz peridot',
  tree: 'oak birch willow maple cedar spruce elm ash poplar alder hazel linden yew larch chestnut sycamore',
  metal:
    'iron copper silver gold tin lead zinc nickel bronze brass steel platinum cobalt titanium tungsten pewter',
  sport:
    'archery rowing fencing wrestling swimming sailing skating running climbing bowling curling juggling boxing diving surfing riding',
  vehicle:
    'cart sledge barge coach wagon canoe raft kayak bicycle tram ferry balloon gondola chariot rickshaw carriage',
};

/**
 * Builds the pocket world: each fact is drawn uniformly from its attribute's values (architecture.md,
 * "Pocket world"). More entities, attributes or values leave the ones already there as they were.
 * @throws UserError `dataset.too-large` if the facts would not fit in memory
 */
export function buildWorld(config: WorldConfig, runSeed: number): FactTable {
  const { n_entities, n_attributes } = config;
  if (n_entities * n_attributes > MAX_FACTS)
    throw new UserError(
      'dataset.too-large',
      `dataset: n_entities ${n_entities} × n_attributes ${n_attributes} exceeds ${MAX_FACTS} facts; use fewer`,
    );
  const seed = config.seed ?? runSeed;
  const columns = Array.from({ length: n_attributes }, (_, attribute) => drawColumn(config, attribute, seed));
  return {
    kind: 'facts',
    entities: drawNames(n_entities, randomStream(seed, 'world', 'names')),
    attributes: columns.map((column) => column.attribute),
    facts: Array.from({ length: n_entities }, (_, entity) => columns.map((column) => column.answers[entity])),
    report: { rowsRead: n_entities, rowsKept: n_entities, dropped: [] },
  };
}

/** One attribute's answers for every entity; each attribute has its own random stream. */
function drawColumn(config: WorldConfig, index: number, seed: number) {
  const name = attributeName(index, config.n_attributes);
  const random = randomStream(seed, 'world', 'facts', index);
  const known = new Map<number, string[]>();
  const answers = Array.from({ length: config.n_entities }, () => {
    const value = random.int(config.n_values);
    const answer = known.get(value) ?? [valueText(config, index, value)];
    known.set(value, answer);
    return answer;
  });
  const attribute: Attribute = { name, question: `{entity} ${name}?` };
  return { attribute, answers };
}

/** The final consonant keeps made-up attribute names apart from made-up values. */
function attributeName(index: number, count: number): string {
  return Object.keys(CURATED)[index] ?? `${wordAt(index, count)}n`;
}

/** Text of one value: from the curated list while it lasts, made up beyond it, distinct across attributes. */
function valueText(config: WorldConfig, attribute: number, value: number): string {
  const curated = Object.values(CURATED)[attribute]?.split(' ') ?? [];
  const made = () => wordAt(attribute * config.n_values + value, config.n_attributes * config.n_values);
  return curated[value] ?? made();
}
