/** Builds the training examples of every stage and the tests. */
import { randomStream } from '#shared/random.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName, type TestSubset } from '#shared/subsets.ts';
import { digitHash, splitDigits, type DigitBank } from '../../datasets/digits/bank.ts';
import { splitSeeds } from '../../tags/split.ts';
import { artOf } from './art.ts';
import { assignAliases } from './assignment.ts';
import type {
  ImageAssignment,
  ImageData,
  ImageExample,
  ImagesConfig,
  ImageStage,
  ImageTest,
  ImageTestName,
} from './data.ts';
import { pictureShape } from './shape.ts';

/**
 * Builds the data of one run: no picture is drawn yet.
 * @throws UserError if grids, tags, fractions or digits do not fit
 */
export function buildImages(config: ImagesConfig, bank: DigitBank, runSeed: number): ImageData {
  const { dataset, tags, subsets, evaluation, training } = config;
  const shape = pictureShape(dataset, tags);
  const assignment = assignAliases(config, runSeed);
  const seeds = splitSeeds(subsets, runSeed);
  return {
    shape,
    letters: dataset.letters,
    assignment,
    stages: buildStages(assignment, training.pipeline),
    tests: buildTests(assignment, evaluation.tests, seeds.stage2),
    art: artOf(bank, dataset.cell_size),
    split: splitDigits(bank, dataset.held_out, dataset.seed ?? runSeed),
    digitHash: digitHash(bank),
    testImages: evaluation.images,
    seed: runSeed,
  };
}

/** Which subset trains on what in which stage is that of the language experiments. */
function buildStages(
  assignment: ImageAssignment,
  pipeline: ImagesConfig['training']['pipeline'],
): ImageStage[] {
  const [first, second] = [definitions(assignment, 1), definitions(assignment, 2)];
  const qa = questions(assignment);
  if (pipeline === 'single-stage') return [{ id: 'stage1', examples: [...first, ...second, ...qa] }];
  const stage2: ImageStage = { id: 'stage2', examples: second };
  if (pipeline === 'two-stage') return [{ id: 'stage1', examples: [...first, ...qa] }, stage2];
  return [{ id: 'stage1', examples: first }, { id: 'stage1_qa', examples: qa }, stage2];
}

function definitions({ aliases, subsets }: ImageAssignment, stage: 1 | 2): ImageExample[] {
  return SUBSET_NAMES.filter((name) => SUBSETS[name].definitions === stage).flatMap((subset) =>
    subsets[subset].map((alias): ImageExample => {
      const { tag, defines } = aliases[alias];
      return { kind: 'definition', subset, alias, tag, cell: null, labels: aliases[defines!].letters };
    }),
  );
}

/** Cells of every subset that stage 1 trains on questions of, held-out ones left out. */
function questions({ aliases, subsets }: ImageAssignment): ImageExample[] {
  return SUBSET_NAMES.filter((name) => SUBSETS[name].trainsQa).flatMap((subset) =>
    subsets[subset].flatMap((alias) => {
      const { letters: labels, heldOut } = aliases[alias];
      const trained = labels.map((_, cell) => cell).filter((cell) => !heldOut.includes(cell));
      return trained.map((cell): ImageExample => ({ kind: 'qa', subset, alias, tag: null, cell, labels }));
    }),
  );
}

/** Test by test, subset by subset in the order of the table, with `d2incons` after the questions. */
function buildTests(
  assignment: ImageAssignment,
  names: ImagesConfig['evaluation']['tests'],
  seedStage2: number,
): ImageTest[] {
  const each = (ask: (subset: SubsetName, alias: number) => ImageTest[]) =>
    SUBSET_NAMES.flatMap((subset) => assignment.subsets[subset].flatMap((alias) => ask(subset, alias)));
  const asked = each((subset, alias) => askCells(assignment, { subset, alias, entity: alias }));
  return [
    ...(names.includes('questions') ? [...asked, ...swapped(assignment, seedStage2)] : []),
    ...(names.includes('grid') ? each((subset, alias) => askGrid(assignment, subset, alias)) : []),
  ];
}

/** Held-out cells where stage 1 trains on the others, all cells elsewhere. */
function askCells(
  { aliases }: ImageAssignment,
  { subset, alias, entity }: { subset: TestSubset; alias: number; entity: number },
): ImageTest[] {
  const { heldOut, letters } = aliases[alias];
  const trained = subset !== 'd2incons' && SUBSETS[subset].trainsQa;
  const cells = trained ? heldOut : letters.map((_, cell) => cell);
  const labels = aliases[entity].letters;
  return cells.map((cell) => ({ test: 'questions', subset, alias, tag: null, cell, labels }));
}

/** `d2incons`: aliases of `d2consis` in pairs, each asked for the letters of the other; an odd one is left out. */
function swapped(assignment: ImageAssignment, seed: number): ImageTest[] {
  const order = randomStream(seed, 'd2incons').shuffle(assignment.subsets.d2consis);
  const ask = (entity: number, alias: number) => askCells(assignment, { subset: 'd2incons', alias, entity });
  return Array.from({ length: Math.floor(order.length / 2) }, (_, i) => [
    order[2 * i],
    order[2 * i + 1],
  ]).flatMap(([one, other]) => [...ask(one, other), ...ask(other, one)]);
}

/** All letters of an alias; where its definition is false, scored against that as well. */
function askGrid({ aliases }: ImageAssignment, subset: SubsetName, alias: number): ImageTest[] {
  const ask = (test: ImageTestName, entity: number): ImageTest => {
    return { test, subset, alias, tag: null, cell: null, labels: aliases[entity].letters };
  };
  const { defines } = aliases[alias];
  return [
    ask('grid', alias),
    ...(defines === null || defines === alias ? [] : [ask('grid-definition', defines)]),
  ];
}
