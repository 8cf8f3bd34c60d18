/**
 * Logit lens (nostalgebraist 2020; Belrose et al., arXiv 2303.08112, section 2): the head reads the residual stream
 * after each block, as if no block followed, and the rank of the right answer's first token is found.
 */
import * as tf from '@tensorflow/tfjs-core';
import { randomStream } from '#shared/random.ts';
import type { SubsetName } from '#shared/subsets.ts';
import { emptyBatch, setInput, setPosition, type Batch } from '../../../corpus/batch.ts';
import { intSpec, type Program } from '../../../engines/engine.ts';
import { logitsOf } from '../../../models/head.ts';
import { pick } from '../../../models/ops.ts';
import { textModel } from '../../../models/registry.ts';
import { plainTargets } from '../../../models/sequences.ts';
import type { TextSpec } from '../../../models/text-model.ts';
import { layoutsOf, weightsIn, weightSpecs } from '../../../steps/training-program.ts';
import type { LensRow, Running } from '../../inside.ts';
import { readText, textInputs, type BatchShape } from '../inputs.ts';
import { plainArrays } from '../step.ts';
import { residualLayers } from './residual.ts';
import { testQuestions, type Asked, type Subject } from './subject.ts';

/** Logits of a batch of one layer, 64 MiB of them at most. */
const MOST_LOGITS = 2 ** 24;

/** Ranks by layer for questions of each subset, drawn by the seed. @param most of each subset */
export async function goldRanks(
  subject: Subject,
  most: number,
  { engine, state }: Running,
): Promise<{ layers: string[]; rows: LensRow[] }> {
  const { model, reading } = subject;
  const asked = drawn(subject, most);
  const encoded = asked.map((question) => reading.question(question));
  const rows = Math.max(1, Math.min(asked.length, 64, Math.floor(MOST_LOGITS / model.vocab_size)));
  const length = Math.max(1, ...encoded.map(({ prompt }) => prompt.length));
  const input = Math.max(0, ...encoded.map(({ input }) => input.length));
  const layers = residualLayers(model, 'answers').map(({ name }) => name);
  const program = await engine.compile(
    lensProgram(model, { batch: rows, length, targets: rows, input }, layers),
  );
  const found: LensRow[] = [];
  for (let from = 0; from < asked.length; from += rows) {
    const part = encoded.slice(from, from + rows);
    const batch = emptyBatch({ rows, length, positions: rows, input }, reading.tokenizer.padId);
    part.forEach((question, row) => setQuestion(batch, row, length, question));
    const ranks = await program.run(state, plainArrays(batch));
    part.forEach((_, row) =>
      found.push({ subset: asked[from + row].subset, ranks: layers.map((name) => ranks[name][row]) }),
    );
  }
  program.dispose();
  return { layers, rows: found };
}

function setQuestion(
  batch: Batch,
  row: number,
  length: number,
  { prompt, gold, input }: { prompt: number[]; gold: number[]; input: number[] },
): void {
  batch.tokens.set(prompt, row * length);
  setInput(batch, row, Int32Array.from(input));
  setPosition(batch, row, row * length + prompt.length - 1, gold[0]);
}

function drawn({ corpus, seed }: Subject, most: number): Asked[] {
  const groups = new Map<SubsetName, Asked[]>();
  for (const question of testQuestions(corpus.tests, 'questions'))
    groups.set(question.subset, [...(groups.get(question.subset) ?? []), question]);
  return [...groups].flatMap(([subset, questions]) =>
    randomStream(seed, 'lens', subset).sample(questions, most),
  );
}

/** Inputs: those of texts, `positions` (B) before the answers, `labels` (B). Outputs: ranks (B) by layer, from 1. */
function lensProgram(model: TextSpec, shape: BatchShape, layers: readonly string[]): Program {
  const layouts = layoutsOf(model);
  const { head, hidden, lens } = textModel(model);
  const all = Int32Array.from({ length: shape.batch * shape.length }, (_, i) => i);
  return {
    name: 'lens',
    state: weightSpecs(layouts),
    inputs: { ...textInputs(shape), labels: intSpec(shape.targets) },
    body(state, inputs) {
      const weights = weightsIn(layouts, state);
      const outputs: Record<string, tf.Tensor> = {};
      const { texts } = readText(inputs, shape);
      // Every cell is a target, so that the last block has a row for each as well.
      hidden(model, weights, { texts, targets: plainTargets(tf.tensor1d(all, 'int32')) }, (name, rows) => {
        if (!layers.includes(name)) return;
        const at = tf.gather(rows, inputs.positions as tf.Tensor1D);
        const logits = logitsOf(head(model, weights), lens(model, weights, at)); // (B, V)
        const gold = tf.reshape(pick(logits, inputs.labels), [-1, 1]);
        outputs[name] = tf.add(tf.sum(tf.relu(tf.sign(tf.sub(logits, gold))), 1), 1);
      });
      return { outputs, next: {} };
    },
  };
}
