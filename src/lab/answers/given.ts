/** Gathers what an evaluation answers. */
import type { GivenAnswers } from '#shared/answers.ts';

export interface AnswerSheet {
  /** @param loss mean negative log-likelihood of the accepted answer's tokens, in nats */
  add(text: string, right: boolean, loss: number): void;
  answers(): GivenAnswers;
}

/** A sheet for answers that are texts, taken down in the order of the questions. */
export function answerSheet(): AnswerSheet {
  const texts = new Map<string, number>();
  const [given, right, losses]: number[][] = [[], [], []];
  return {
    add(text, isRight, loss) {
      const place = texts.get(text) ?? texts.size;
      texts.set(text, place);
      given.push(place);
      right.push(Number(isRight));
      losses.push(loss);
    },
    answers: () => ({
      texts: [...texts.keys()],
      given: Uint32Array.from(given),
      right: Uint8Array.from(right),
      losses: Float32Array.from(losses),
      values: null,
    }),
  };
}

/** Answers that are numbers. */
export function numberAnswers(values: ArrayLike<number>): GivenAnswers {
  return {
    texts: [],
    given: new Uint32Array(),
    right: null,
    losses: null,
    values: Float32Array.from(values),
  };
}
