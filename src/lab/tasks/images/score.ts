/** Scores what a model answers: the share of cells right, per subset and test. */
import type { GivenAnswers } from '#shared/answers.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { answerSheet } from '../../answers/given.ts';
import type { ImageTestBatch } from './batches.ts';
import type { ImageData, ImageTest, ImageTestName } from './data.ts';
import { letterOf } from './samples.ts';

interface ImageMetric {
  subset: TestSubset;
  test: ImageTestName;
  /** Share of the asked cells that were named right, in `[0, 1]`. */
  accuracy: number;
  /** Mean cross-entropy of an asked cell, in nats; null where it was not finite. */
  loss: number | null;
  /** Cells asked. */
  count: number;
}

export interface ImageScorer {
  /**
   * Takes the answers to one batch.
   * @param answers the letter that is taken for likeliest in each cell, `rows × cells`
   * @param losses cross-entropy of the right letter in each cell
   */
  add(batch: ImageTestBatch, answers: ArrayLike<number>, losses: ArrayLike<number>): void;
  metrics(): ImageMetric[];
  /** What was answered to each asked cell, picture by picture. */
  answers(): GivenAnswers;
}

/** A scorer for one evaluation of the tests. */
export function createScorer({ tests, shape }: Pick<ImageData, 'tests' | 'shape'>): ImageScorer {
  const cells = shape.grid ** 2;
  const sheet = answerSheet();
  const groups = new Map<string, ImageMetric & { loss: number }>();
  const groupOf = ({ subset, test }: ImageTest) => {
    const key = `${subset} ${test}`;
    const group = groups.get(key) ?? { subset, test, accuracy: 0, loss: 0, count: 0 };
    groups.set(key, group);
    return group;
  };
  return {
    add(batch, answers, losses) {
      batch.tests.forEach((test, row) => {
        const group = groupOf(tests[test]);
        for (let at = row * cells; at < (row + 1) * cells; at++) {
          if (batch.weights[at] === 0) continue;
          const right = answers[at] === batch.labels[at];
          sheet.add(letterOf(answers[at]), right, losses[at]);
          group.accuracy += Number(right);
          group.loss += losses[at];
          group.count++;
        }
      });
    },
    metrics: () =>
      [...groups.values()].map(({ accuracy, loss, count, ...about }) => ({
        ...about,
        accuracy: accuracy / count,
        loss: Number.isFinite(loss) ? loss / count : null,
        count,
      })),
    answers: () => sheet.answers(),
  };
}
