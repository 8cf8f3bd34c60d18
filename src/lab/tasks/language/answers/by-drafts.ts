/**
 * Answers without a cache, for small models and for seeds that are trained together. What stands in a test's room
 * serves as a draft: as far as the model would give just it, one pass shows that for all its tokens; from there on the
 * model's own tokens are the next draft.
 */
import { evaluationBatches, evaluationShape } from '../../../corpus/evaluation-batches.ts';
import type { Steps } from '../../../steps/steps.ts';
import { languageStep } from '../step.ts';
import {
  endOf,
  finished,
  meanLoss,
  noAnswers,
  roomOf,
  settledTokens,
  type Answerer,
  type LanguageTests,
} from './answers.ts';

export function answersByDrafts(
  steps: Steps,
  { model, encoded, tokenizer, batchSize, precision }: LanguageTests,
): Answerer {
  const shape = evaluationShape(encoded, batchSize);
  const { rows, length, positions, input } = shape;
  const sizes = { batch: rows, length, targets: positions, input };
  const step = steps.step(languageStep({ model, optimizer: null, precision, shape: sizes }));
  const ends = endOf(tokenizer);
  return {
    dispose: () => step.dispose(),
    async answer(state, told) {
      const ids = encoded.ids.slice();
      const { given, losses } = noAnswers(encoded);
      let asked = Array.from({ length: encoded.count }, (_, i) => i);
      for (let pass = 0; asked.length > 0; pass++) {
        const open: number[] = [];
        for (const batch of evaluationBatches(encoded, shape, asked, ids)) {
          const { predictions, losses: found } = await step.run(state, batch);
          batch.tests.forEach((test, row) => {
            const from = batch.froms[row];
            if (pass === 0) losses[test] = meanLoss(encoded, test, found, from);
            const room = ids.subarray(encoded.answers[test], encoded.offsets[test + 1]);
            const answer = takeAnswer(room, predictions, from);
            const whole = finished(answer, ends, roomOf(encoded, test));
            if (whole) given[test] = whole;
            else open.push(test);
          });
        }
        asked = open;
        told?.(encoded.count - open.length);
      }
      return { given, losses };
    },
  };
}

/** Puts the predicted tokens in the draft's place. @returns those that the model gives */
function takeAnswer(room: Int32Array, predictions: ArrayLike<number>, from: number): number[] {
  const settled = settledTokens(room, predictions, from);
  room.forEach((_, k) => (room[k] = predictions[from + k]));
  return Array.from(room.subarray(0, settled));
}
