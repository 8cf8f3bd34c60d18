/**
 * Modular arithmetic, learnt from scratch (in the authors' code, not in the paper): a variable stands for a
 * number, and questions ask for its remainder.
 */
import type { ModularConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream, type Random } from '#shared/random.ts';
import type { VariableQuestion, VariableQuestions, VariableSet, Writing } from './knowledge-base.ts';
import { LETTERS, numbers, textPart } from './variables.ts';

const DIGITS = [...'0123456789'];

/**
 * Draws the variables, each for a number of its own. Trained on are `train_moduli` moduli that leave at
 * least two numbers possible; the others are held out, and where nothing was trained on all are asked.
 * Rules as in the authors' `numeric_experiment.py`; unlike there, questions of the test name the variable
 * and not its number, and subsets are not ranges of numbers.
 * @throws UserError `dataset.*` if the moduli or the numbers do not allow it
 */
export function buildModular(config: ModularConfig, runSeed: number): VariableSet {
  check(config);
  const seed = config.seed ?? runSeed;
  const random = randomStream(seed, 'modular', 'numbers');
  const values = random.sample(numbers(1, config.max_integer), config.n_variables);
  const ask = asker(config);
  return {
    kind: 'variables',
    entities: values.map((value) => spell(value, String(config.max_integer).length)),
    wrong: null,
    attributes: config.moduli.map((modulus) => ({
      name: `mod ${modulus}`,
      question: `{entity} ${digitsOf(modulus, config)} =`,
    })),
    questions: values.map((value) => split(value, config, ask, randomStream(seed, 'modular', value))),
    writing: writing(config),
    words: ['=', '%', ...DIGITS, ...LETTERS],
    report: { rowsRead: config.n_variables, rowsKept: config.n_variables, dropped: [] },
  };
}

function writing({ tokens }: ModularConfig): Writing {
  return {
    braces: false,
    spelled: tokens === 'letter',
    tagLetters: 2,
    tags: null,
    definition: [' % ', ' = ', ''],
    end: '',
  };
}

function check({ n_variables, max_integer, moduli, train_moduli }: ModularConfig): void {
  if (n_variables > max_integer)
    throw new UserError(
      'dataset.n-variables',
      `dataset.n_variables: ${n_variables} variables cannot each have a number from 1 to ${max_integer}; use fewer, or raise dataset.max_integer`,
    );
  if (new Set(moduli).size < moduli.length)
    throw new UserError(
      'dataset.moduli',
      `dataset.moduli: [${moduli.join(', ')}] names one twice; remove it`,
    );
  if (train_moduli >= moduli.length)
    throw new UserError(
      'dataset.train-moduli',
      `dataset.train_moduli: ${train_moduli} of ${moduli.length} moduli leaves none to test; lower it`,
    );
  const smallest = moduli.toSorted((a, b) => a - b).slice(0, train_moduli);
  const period = leastCommonMultiple(smallest);
  if (2 * period > max_integer)
    throw new UserError(
      'dataset.train-moduli',
      `dataset.train_moduli: ${train_moduli} remainders (mod ${smallest.join(', ')}) can tell a number below ${max_integer}; lower it, or raise dataset.max_integer to ${2 * period}`,
    );
}

/** Questions of one number by modulus; the parts of each modulus are shared. */
function asker(config: ModularConfig): (value: number, modulus: number) => VariableQuestion {
  const rests = new Map(
    config.moduli.map((modulus) => [modulus, [textPart(` ${digitsOf(modulus, config)} =`)]]),
  );
  return (value, modulus) => {
    return { rest: rests.get(modulus)!, answer: digitsOf(value % modulus, config) };
  };
}

/** A modulus or remainder with as many digits as the largest modulus has. */
function digitsOf(number: number, { moduli }: ModularConfig): string {
  return spell(number, Math.max(2, String(Math.max(...moduli)).length));
}

/** Digits with leading zeros and spaces between them, as the authors write them: one token each. */
function spell(number: number, digits: number): string {
  return [...String(number).padStart(digits, '0')].join(' ');
}

/** Shuffles the moduli until the first of them leave the number open. */
function split(
  value: number,
  { moduli, train_moduli, max_integer }: ModularConfig,
  ask: (value: number, modulus: number) => VariableQuestion,
  random: Random,
): VariableQuestions {
  for (;;) {
    const order = random.shuffle(moduli);
    const period = leastCommonMultiple(order.slice(0, train_moduli));
    if (value - period < 1 && value + period > max_integer) continue;
    const asked = order.map((modulus) => ask(value, modulus));
    return { training: asked.slice(0, train_moduli), heldOut: asked.slice(train_moduli), unseen: asked };
  }
}

function leastCommonMultiple(of: readonly number[]): number {
  return of.reduce((multiple, number) => (multiple * number) / greatestCommonDivisor(multiple, number), 1);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
