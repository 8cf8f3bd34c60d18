/**
 * A process that trains a pre-trained model, and answers with it, as Credence does:
 *
 *     node bench/pretrained/ours.ts '{"folder": …, "model": …, …}'
 *
 * It leaves in the folder what bench/peers/pretrained.py needs to do the same, prints how it loaded, and then answers
 * commands on standard input: `train N`, `answer`, `score [[ids], …]`, `logits N` of the first N prompts, `save` and, after all others,
 * `profile RUNS`.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { exactMatch } from '#lab/corpus/answers.ts';
import type { Batch } from '#lab/corpus/batch.ts';
import { encodeTests } from '#lab/corpus/evaluation-batches.ts';
import { wholeTexts } from '#lab/corpus/reading.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import type { CompiledProgram, Program } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { OnnxEngine } from '#lab/engines/onnx/engine.ts';
import { traceProgram } from '#lab/engines/onnx/trace.ts';
import { initialParameters } from '#lab/models/layout.ts';
import { adapterConfig, adapterWeights } from '#lab/models/pretrained/adapter.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import { stageOptimizer } from '#lab/optimizers/index.ts';
import { learningRate } from '#lab/optimizers/schedule.ts';
import { alone, scratchOf, type Step } from '#lab/steps/steps.ts';
import { initialState } from '#lab/steps/training-program.ts';
import { answersByCache } from '#lab/tasks/language/answers/by-cache.ts';
import { PEFT_FILES, writeModelFolder } from '#lab/weights/write-model-folder.ts';
import { LanguageTask } from '#lab/tasks/language/task.ts';
import { loadConfig } from '#main/experiments/config-file.ts';
import { saveWeights } from '#main/models/save-model.ts';
import type { LanguageConfig } from '#shared/config.ts';
import { operatorsIn } from '../operators.ts';
import { peakOf } from '../peak.ts';
import { lastLogits } from './logits.ts';
import { peakMemory } from './peak-memory.ts';

/** What this process is asked for. */
export interface OurTask {
  /** For what the other side reads. */
  folder: string;
  /** Folder of the model. */
  model: string;
  steps: number;
  batch: number;
  questions: number;
  threads: number;
  /** `path=value` pairs for the config. */
  set: string[];
  /** Where ONNX Runtime writes a profile; none without. */
  profile?: string;
}

const { folder, model, steps, batch, questions, threads, set, profile } = JSON.parse(
  process.argv[2],
) as OurTask;
const config = loadConfig('facts-small', {
  model,
  set: [`training.stage1.batch_size=${batch}`, ...set],
}) as LanguageConfig;
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
const prompts = tests.map((_, i) => [...encoded.ids.subarray(encoded.offsets[i], encoded.answers[i])]);
const used = firstBatches();
const rates = used.map((_, step) => learningRate(stage.config, step, stage.scheduledSteps));

function writeTask(): void {
  const { limit } = encoded;
  const { length } = task.shapeOf(stage);
  const arrays = used.map(({ tokens, positions, labels, weights }) => ({
    tokens: [...tokens],
    positions: [...positions],
    labels: [...labels],
    weights: [...weights],
  }));
  writeFileSync(
    path.join(folder, 'task.json'),
    JSON.stringify({ length, batches: arrays, rates, prompts, limit, optimizer }),
  );
}

/** The matrices of low rank as they are drawn, for PEFT to begin with; each process of a profile draws the same. */
function writeAdapter(drawn: Float32Array): void {
  const adapter = path.join(folder, 'adapter');
  rmSync(adapter, { recursive: true, force: true });
  writeModelFolder(adapter, {
    config: adapterConfig(task.model, model),
    tensors: adapterWeights(task.model, drawn),
    files: PEFT_FILES,
  });
}

/** Counts multiplications and additions of the matrix products that it computes. */
class CountingEngine extends OnnxEngine {
  flops = 0;

  override async compile(program: Program): Promise<CompiledProgram> {
    const compiled = await super.compile(program);
    const { productFlops } = traceProgram(program);
    return {
      dispose: () => compiled.dispose(),
      run: (...given) => {
        this.flops += productFlops;
        return compiled.run(...given);
      },
    };
  }
}

const secondsSince = (start: number) => (performance.now() - start) / 1000;
const say = (message: object) => console.log(JSON.stringify({ peak: peakMemory(), ...message }));

writeTask();
const before = peakMemory();
const loading = performance.now();
const counting = profile ? new CountingEngine({ threads, profile: path.join(profile, 'program') }) : null;
const engine = counting ?? (await createEngine('onnx', { threads, training: true }));
const spec = task.step(stage, optimizer);
const layout = parameterLayout(task.model);
const start = task.startingParameters() ?? initialParameters(layout, 0);
if (config.pretrained!.lora) writeAdapter(start);
const state = engine.createState(
  {
    ...initialState(layout, optimizer, 0, config.precision, start),
    ...task.frozenState(),
    ...scratchOf(spec),
  },
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
    for (let i = 0; i < Number(count); i++, at = (at + 1) % used.length) {
      const { loss, grad_norm } = await running.run(state, used[at], { lr: Float32Array.of(rates[at]) });
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
  async logits(count) {
    return { logits: await lastLogits(engine, state, task.model, prompts.slice(0, Number(count))) };
  },
  async save() {
    const parameters = (await state.read('parameters')) as Float32Array;
    return saveWeights({ began: model, spec: task.model, parameters }, path.join(folder, 'saved'));
  },
  async profile(runs) {
    running.dispose();
    answerer.dispose();
    const found = await operatorsIn(profile!, Number(runs));
    return { ...found, flops: counting!.flops / Number(runs), peak: await peakOf(threads) };
  },
};

say({ seconds: secondsSince(loading), before });
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...rest] = line.split(' ');
  say(await COMMANDS[command](rest.join(' ')));
}
