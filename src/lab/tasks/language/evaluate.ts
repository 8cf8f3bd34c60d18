/** Asks a model every test question and scores the answers (paper, evaluation: greedy, exact match and F1). */
import type { MetricRecord, MetricTest } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { answerSheet } from '../../answers/given.ts';
import { exactMatch, tokenF1 } from '../../corpus/answers.ts';
import type { TestQuestion } from '../../corpus/document.ts';
import { evaluationShape, type EncodedTests } from '../../corpus/evaluation-batches.ts';
import type { Steps } from '../../steps/steps.ts';
import type { Evaluator } from '../task.ts';
import type { LanguageTests } from './answers/answers.ts';
import { answererOf } from './answers/index.ts';

/**
 * The evaluation of a run's tests. A pre-trained model answers from a key–value cache.
 */
export function createEvaluator(steps: Steps, tests: LanguageTests): Evaluator {
  const { tokenizer } = tests;
  const answerer = answererOf(steps, tests);
  const score = createScorer();
  let sheet = answerSheet();
  return {
    dispose: () => answerer.dispose(),
    answers: () => sheet.answers(),
    async evaluate(state) {
      const answers = await answerer.answer(state);
      const tally = createTally();
      sheet = answerSheet();
      tests.tests.forEach((test, i) => {
        const [given] = tokenizer.decode(answers.given[i]).split('\n', 1);
        const [scored, loss] = [score(given, test.golds), answers.losses[i]];
        tally.add(test, { ...scored, loss });
        sheet.add(given, scored.right, loss);
      });
      return tally.metrics();
    },
  };
}

/** Input tokens that one evaluation reads, where every answer is right. */
export function evaluationTokens(encoded: EncodedTests, batchSize: number): number {
  const { rows, length, input = 0 } = evaluationShape(encoded, batchSize);
  return Math.ceil(encoded.count / rows) * rows * (length + input);
}

interface Scored {
  right: boolean;
  f1: number;
}

/** Scores answers; there are few different ones, so each pair is normalised once. */
function createScorer(): (answer: string, golds: readonly string[]) => Scored {
  const known = new Map<readonly string[] | string, Map<string, Scored>>();
  return (answer, golds) => {
    const key = golds.length === 1 ? golds[0] : golds;
    const scores = known.get(key) ?? new Map<string, Scored>();
    known.set(key, scores);
    const score = scores.get(answer) ?? { right: exactMatch(answer, golds), f1: tokenF1(answer, golds) };
    scores.set(answer, score);
    return score;
  };
}

interface Sums {
  subset: TestSubset;
  test: MetricTest;
  right: number;
  f1: number;
  loss: number;
  count: number;
}

function createTally() {
  const groups = new Map<string, Sums>();
  return {
    add({ subset, test }: TestQuestion, { right, f1, loss }: Scored & { loss: number }) {
      const key = `${subset} ${test}`;
      const sums = groups.get(key) ?? { subset, test, right: 0, f1: 0, loss: 0, count: 0 };
      sums.right += Number(right);
      sums.f1 += f1;
      sums.loss += loss;
      sums.count++;
      groups.set(key, sums);
    },
    metrics: (): MetricRecord[] =>
      [...groups.values()].map(({ subset, test, right, f1, loss, count }) => ({
        subset,
        test,
        exact_match: right / count,
        f1: f1 / count,
        loss: Number.isFinite(loss) ? loss / count : null,
        count,
      })),
  };
}
