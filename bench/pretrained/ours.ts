/**
 * A process that trains a pre-trained model, and answers with it, as Credence does:
 *
 *     node bench/pretrained/ours.ts FOLDER MODEL STEPS BATCH QUESTIONS THREADS
 *
 * It leaves in FOLDER what bench/peers/pretrained.py needs to do the same, prints how it loaded, and then answers
 * commands on standard input: `train N`, `answer`, `score [[ids], …]`.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { exactMatch } from '#lab/corpus/answers.ts';
import type { Batch } from '#lab/corpus/batch.ts';
import { encodeTests } from '#lab/corpus/evaluation-batches.ts';
import { wholeTexts } from '#lab/corpus/reading.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import { createEngine } from '#lab/engines/index.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import { stageOptimizer } from '#lab/optimizers/index.ts';
import { learningRate } from '#lab/optimizers/schedule.ts';
import { alone, scratchOf, type Step } from '#lab/steps/steps.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { answersByCache } from '#lab/tasks/language/answers/by-cache.ts';
import { LanguageTask } from '#lab/tasks/language/task.ts';
import { loadConfig } from '#main/experiments/config-file.ts';
import type { LanguageConfig } from '#shared/config.ts';
import { peakMemory } from './peak-memory.ts';

const [folder, model, ...counts] = process.argv.slice(2);
const [steps, batch, questions, threads] = counts.map(Number);

function configured(): LanguageConfig {
  const preset = loadConfig('facts-small', {}) as LanguageConfig;
  const training = { ...preset.training, stage1: { ...preset.training.stage1, batch_size: batch } };
  return { ...preset, training, pretrained: { ...preset.pretrained!, model } };
}

const config = configured();
const task = new LanguageTask(config, await loadDataset(config.dataset, 0), 0);
const stage = task.plan().stages.find(({ id }) => id === 'stage1')!;
const optimizer = stageOptimizer(config.training.optimizer, stage.config);

/** Epoch after epoch. */
function firstBatches(): Batch[] {
  const batches: Batch[] = [];
  for (let epoch = 0; batches.length < steps; epoch++) batches.push(...task.batches(stage, epoch));
  return batches.slice(0, steps);
}

/** Questions of every subset: every so many from all. */
function asked() {
  const { tests } = task.corpus;
  const every = Math.max(1, Math.floor(tests.length / questions));
  return tests.filter((_, i) => i % every === 0).slice(0, questions);
}

const tests = asked();
const encoded = encodeTests(tests, wholeTexts(task.tokenizer), config.pretrained!.max_new_tokens);
const used = firstBatches();
const rates = used.map((_, step) => learningRate(stage.config, step, stage.scheduledSteps));

function writeTask(): void {
  const { ids, offsets, answers, limit } = encoded;
  const { length } = task.shapeOf(stage);
  const arrays = used.map(({ tokens, positions, labels, weights }) => ({
    tokens: [...tokens],
    positions: [...positions],
    labels: [...labels],
    weights: [...weights],
  }));
  const prompts = tests.map((_, i) => [...ids.subarray(offsets[i], answers[i])]);
  writeFileSync(
    path.join(folder, 'task.json'),
    JSON.stringify({ length, batches: arrays, rates, prompts, limit, optimizer }),
  );
}

const secondsSince = (start: number) => (performance.now() - start) / 1000;
const say = (message: object) => console.log(JSON.stringify({ ...message, peak: peakMemory() }));

writeTask();
const loading = performance.now();
const engine = await createEngine('onnx', { threads });
const spec = task.step(stage, optimizer);
const layout = parameterLayout(task.model);
const start = task.startingParameters() ?? undefined;
const state = engine.createState(
  { ...initialState(layout, optimizer, 0, config.precision, start), ...scratchOf(spec) },
  true,
);
const running: Step<Batch> = alone(engine).step(spec);
const answerer = answersByCache(alone(engine), {
  ...{ model: task.model, tests, encoded, tokenizer: task.tokenizer },
  ...{ batchSize: config.evaluation.batch_size, precision: config.precision },
});
let at = 0;

const COMMANDS: Record<string, (argument: string) => Promise<object>> = {
  async train(count) {
    const started = performance.now();
    const [losses, norms]: number[][] = [[], []];
    for (const batch of used.slice(at, at + Number(count))) {
      const { loss, grad_norm } = await running.run(state, batch, { lr: Float32Array.of(rates[at++]) });
      losses.push(loss[0]);
      norms.push(grad_norm[0]);
    }
    return { losses, norms, seconds: secondsSince(started) };
  },
  async answer() {
    const started = performance.now();
    const { given, losses } = await answerer.answer(state);
    return { answers: given, losses: [...losses], seconds: secondsSince(started) };
  },
  score(answers) {
    const right: Record<string, { right: number; count: number }> = {};
    (JSON.parse(answers) as number[][]).forEach((ids, i) => {
      const { subset, golds } = tests[i];
      const sums = (right[subset] ??= { right: 0, count: 0 });
      sums.count++;
      sums.right += Number(exactMatch(task.tokenizer.decode(ids).split('\n', 1)[0], golds));
    });
    return Promise.resolve({ right });
  },
};

say({ seconds: secondsSince(loading) });
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...rest] = line.split(' ');
  say(await COMMANDS[command](rest.join(' ')));
}
