/** Greedy answers, and how sure the model is of them (method: entropy of answers). */
import type { EntropyTest } from '#shared/analysis.ts';
import { UserError } from '#shared/errors.ts';
import type { OwnAnswer, Running } from '../../inside.ts';
import { answersTo, testQuestions, testsOf, type Asked, type Subject } from './subject.ts';
import type { LanguageTests } from '../answers/answers.ts';

/** Tokens that a pre-trained model's answer may have. */
const MOST_TOKENS = 50;

/**
 * The mean negative log-likelihood that the model gives to the tokens of its own answers, what ends them included.
 * Asked who an alias is where the experiment has that test, else the questions of the test: the words of a vocabulary
 * are those of the experiment's own texts.
 * @throws UserError `entropy.none` where there is nothing to ask
 */
export async function ownAnswers(
  subject: Subject,
  running: Running,
  told: (share: number) => void,
): Promise<{ test: EntropyTest; answers: OwnAnswer[] }> {
  const test = subject.corpus.tests.some(({ test }) => test === 'association') ? 'association' : 'questions';
  const asked = askedOf(subject, test);
  const tests = withRoom(subject, asked);
  const { given } = await answersTo(tests, running, (done) => told((0.8 * done) / asked.length));
  const own = { ...tests, encoded: followedBy(tests, given) };
  const { losses } = await answersTo(own, running);
  told(1);
  return { test, answers: asked.map(({ subset }, i) => ({ subset, loss: losses[i] })) };
}

function askedOf({ corpus }: Subject, test: EntropyTest): Asked[] {
  const asked = testQuestions(corpus.tests, test);
  if (asked.length > 0) return asked;
  throw new UserError(
    'entropy.none',
    'evaluation.tests: there are no questions to be asked; add association or questions',
  );
}

/** Up to 50 tokens, as many as the model can read. */
function withRoom(subject: Subject, asked: readonly Asked[]): LanguageTests {
  if (!subject.config.pretrained) return testsOf(subject, asked, null);
  const { model } = subject;
  const tests = testsOf(subject, asked, MOST_TOKENS);
  const over = 'n_ctx' in model ? Math.max(0, tests.encoded.reach - model.n_ctx) : 0;
  return over === 0 ? tests : testsOf(subject, asked, Math.max(1, MOST_TOKENS - over));
}

/** The same tests with other answers in place of the accepted ones. */
function followedBy({ encoded }: LanguageTests, given: readonly number[][]): LanguageTests['encoded'] {
  const { count, offsets, answers, padId } = encoded;
  const ids: number[] = [];
  const ends = new Int32Array(count + 1);
  const starts = new Int32Array(count);
  let [length, answerLength] = [1, 1];
  for (let i = 0; i < count; i++) {
    const prompt = encoded.ids.subarray(offsets[i], answers[i]);
    const answer = given[i].length > 0 ? given[i] : [padId];
    starts[i] = ids.length + prompt.length;
    ids.push(...prompt, ...answer);
    ends[i + 1] = ids.length;
    length = Math.max(length, prompt.length + answer.length - 1);
    answerLength = Math.max(answerLength, answer.length);
  }
  return {
    ...encoded,
    ...{ ids: Int32Array.from(ids), offsets: ends, answers: starts, goldEnds: ends.slice(1) },
    ...{ length, answerLength, reach: Math.max(length, encoded.reach) },
  };
}
