/** Batches of test prompts, scored on the token that follows each. */
import { emptyBatch, setPosition, type Batch, type BatchShape } from './batch.ts';
import type { Part, TestQuestion } from './document.ts';
import type { Tokenizer } from './vocabulary.ts';

/** A batch of test prompts: position `i` is the last token of the prompt of test `first + i`. */
export interface EvaluationBatch extends Batch {
  /** Index of the first test. */
  first: number;
  /** Number of tests; further rows are padding. */
  count: number;
}

/** Prompts of all tests as token ids, with the first token of the first accepted answer. */
export interface EncodedTests {
  prompts: number[][];
  labels: number[];
  length: number;
  padId: number;
}

/** Encodes each prompt together with its answer, so that a subword tokenizer splits it as in training. */
export function encodeTests(tests: readonly TestQuestion[], tokenizer: Tokenizer): EncodedTests {
  const encoded: EncodedTests = { prompts: [], labels: [], length: 1, padId: tokenizer.padId };
  for (const { prompt, golds } of tests) {
    const gold: Part[] = [
      { role: 'text', text: ' ' },
      { role: 'value', text: golds[0], target: true },
    ];
    const { ids, targets } = tokenizer.encode([...prompt, ...gold]);
    const end = targets.indexOf(1);
    encoded.prompts.push(ids.slice(0, end));
    encoded.labels.push(ids[end]);
    encoded.length = Math.max(encoded.length, end);
  }
  return encoded;
}

/** Shape of every evaluation batch; few tests get fewer rows than `batchSize`. */
export function evaluationShape({ prompts, length }: EncodedTests, batchSize: number): BatchShape {
  const rows = Math.max(1, Math.min(batchSize, prompts.length));
  return { rows, length, positions: rows };
}

/** Evaluation batches of fixed shape in the order of the tests; the last is filled with rows of weight 0. */
export function* evaluationBatches(tests: EncodedTests, batchSize: number): Generator<EvaluationBatch> {
  const { prompts, labels, padId } = tests;
  const shape = evaluationShape(tests, batchSize);
  const { rows, length } = shape;
  for (let first = 0; first < prompts.length; first += rows) {
    const batch = emptyBatch(shape, padId);
    const count = Math.min(rows, prompts.length - first);
    for (let row = 0; row < count; row++) {
      const prompt = prompts[first + row];
      batch.tokens.set(prompt, row * length);
      setPosition(batch, row, row * length + prompt.length - 1, labels[first + row]);
    }
    yield { ...batch, first, count };
  }
}
