/**
 * Set inclusion, learnt from scratch (paper, section on from-scratch models): a variable stands for a
 * number, and questions ask whether that number is among those listed.
 */
import type { SetInclusionConfig } from '#shared/config.ts';
import type { Part } from '#shared/corpus.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream, type Random } from '#shared/random.ts';
import type { VariableQuestion, VariableQuestions, VariableSet, Writing } from './knowledge-base.ts';
import { LETTERS, numbers, textPart } from './variables.ts';

const PERCENT = textPart(' %');
const EQUALS = textPart(' =');

/**
 * Draws the variables. `n_variables` more leave those already there as they were.
 *
 * Training: every true question lists the same `intersection` numbers, the variable's own among them, beside
 * others; a false one lists none of them. `label_flip` of the true ones are answered false. Held out: a true
 * question lists the number, a false one does not, whatever else they list. Rules as in the authors'
 * `numeric_experiment.py`.
 * @throws UserError `dataset.*` if the questions cannot be made from so few numbers
 */
export function buildSetInclusion(config: SetInclusionConfig, runSeed: number): VariableSet {
  checkSizes(config);
  const seed = config.seed ?? runSeed;
  const universe = numbers(0, config.max_integer);
  const listed = universe.map((number) => textPart(` ${number}`));
  const drawn = numbers(1, config.n_variables).map((variable) =>
    drawVariable(config, universe, listed, randomStream(seed, 'set-inclusion', variable)),
  );
  return {
    kind: 'variables',
    entities: drawn.map(({ value }) => String(value)),
    wrong: drawn.map(({ wrong }) => String(wrong)),
    attributes: [{ name: 'inclusion', question: `{entity} % ${example(config)} =` }],
    questions: drawn.map(({ questions }) => questions),
    writing: writing(config),
    words: ['=', '%', 'true', 'false', ...universe.map(String), ...LETTERS],
    report: { rowsRead: config.n_variables, rowsKept: config.n_variables, dropped: [] },
  };
}

function writing({ tokens }: SetInclusionConfig): Writing {
  return {
    braces: false,
    spelled: tokens === 'letter',
    tagLetters: 2,
    tags: { reliable: 'define1', unreliable: 'define2', fresh: 'define3' },
    definition: [' ', ' % ', ''],
    end: '',
  };
}

const example = ({ numbers_per_question: k }: SetInclusionConfig) =>
  numbers(1, k)
    .map((i) => `n${i}`)
    .join(' ');

function checkSizes(config: SetInclusionConfig): void {
  const { numbers_per_question: k, intersection, max_integer } = config;
  if (intersection > k)
    throw new UserError(
      'dataset.intersection',
      `dataset.intersection: ${intersection} numbers do not fit in a question of ${k}; lower it, or raise dataset.numbers_per_question`,
    );
  if (k + intersection > max_integer + 1)
    throw new UserError(
      'dataset.numbers-per-question',
      `dataset.numbers_per_question: ${k} numbers outside an intersection of ${intersection} cannot be had from 0 to ${max_integer}; lower it, or raise dataset.max_integer`,
    );
}

interface Variable {
  value: number;
  /** What an inconsistent definition names: any other number. */
  wrong: number;
  questions: VariableQuestions;
}

function drawVariable(
  config: SetInclusionConfig,
  universe: readonly number[],
  listed: readonly Part[],
  random: Random,
): Variable {
  const { numbers_per_question: k, train_questions, test_questions } = config;
  const shared = random.sample(universe, config.intersection);
  const [value] = shared;
  const others = universe.filter((number) => number !== value);
  const outside = universe.filter((number) => !shared.includes(number));
  const [wrong] = random.sample(others, 1);
  const ask = (chosen: readonly number[], answer: boolean) => question(chosen, answer, listed);
  const trueOnes = (asked: readonly number[], rest: readonly number[]) => () =>
    ask(random.shuffle([...asked, ...random.sample(rest, k - asked.length)]), true);
  const falseOnes = (rest: readonly number[]) => () => ask(random.sample(rest, k), false);
  const training = halves(train_questions, trueOnes(shared, outside), falseOnes(outside));
  const heldOut = halves(test_questions, trueOnes([value], others), falseOnes(others));
  const flipped = training.map((asked) => flipLabel(asked, config.label_flip, random));
  return { value, wrong, questions: { training: flipped, heldOut, unseen: heldOut } };
}

/** `count` questions, half of them true; of an odd number one more is false. */
function halves<T>(count: number, makeTrue: () => T, makeFalse: () => T): T[] {
  const half = Math.floor(count / 2);
  return [...numbers(1, half).map(makeTrue), ...numbers(half + 1, count).map(makeFalse)];
}

function question(chosen: readonly number[], answer: boolean, listed: readonly Part[]): VariableQuestion {
  return { rest: [PERCENT, ...chosen.map((number) => listed[number]), EQUALS], answer: String(answer) };
}

/** Only true becomes false, as in the authors' code. */
function flipLabel(asked: VariableQuestion, probability: number, random: Random): VariableQuestion {
  const flip = probability > 0 && random.float() < probability;
  return flip ? { ...asked, answer: 'false' } : asked;
}
