/** Runs that begin with a pre-trained model, by the real command line; presets that name one. */
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTrained } from '#main/trainer/checkpoints.ts';
import { openHistory } from '#main/history/history.ts';
import { createEngine } from '#lab/engines/index.ts';
import { floatSpec } from '#lab/engines/engine.ts';
import { evaluationProgram } from '#lab/tasks/language/programs.ts';
import { openPretrained, type PretrainedModel } from '#lab/tasks/language/pretrained.ts';
import { wholeLayout } from '#lab/models/registry.ts';
import { createEvaluator } from '#lab/tasks/language/evaluate.ts';
import { encodeTests } from '#lab/corpus/evaluation-batches.ts';
import type { TestQuestion } from '#lab/corpus/document.ts';
import { readSafetensors } from '#lab/weights/safetensors.ts';
import { alone } from '#lab/steps/steps.ts';
import { pretrainedSchema } from '#shared/config/models/pretrained.ts';
import { credence, startCredence, temporaryFolder, until, writeIn } from './credence.ts';
import { pretrainedConfig, tinyPretrained, tinyT5 } from './tiny-pretrained.ts';

const model = tinyPretrained();

const weightsOf = ({ spec, read }: PretrainedModel) => read(wholeLayout(spec));

function evaluationsIn(home: string) {
  const history = openHistory(path.join(home, 'history.sqlite'));
  try {
    return history.evaluationsOf(1).map(({ run, evaluations }) => ({
      seed: run.seed,
      corpus: run.corpus_hash,
      evaluations: evaluations.map(({ stage, epoch, metrics }) => ({ stage, epoch, metrics })),
    }));
  } finally {
    history.close();
  }
}

async function trained(): Promise<{ home: string; said: string }> {
  const home = temporaryFolder();
  const { code, stdout, stderr } = await credence(
    ['run', writeIn(home, 'x.yaml', pretrainedConfig(model))],
    home,
  );
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return { home, said: stdout };
}

/** As for a small GPU, in the authors' way of counting. */
const LORA =
  'micro_batch: 3, mask_padding: false, block_size: 64, lora: { rank: 2, targets: [qkv, mlp] }, frozen_layers: 1';

describe('a pre-trained model', () => {
  let home: string;
  let said: string;
  beforeAll(async () => {
    ({ home, said } = await trained());
  });

  it('is trained in stages, learns, and gives the same numbers again', async () => {
    const once = evaluationsIn(home);
    expect(evaluationsIn((await trained()).home)).toEqual(once);
    const [{ evaluations }] = once;
    expect(evaluations.map(({ stage, epoch }) => `${stage} ${epoch}`)).toEqual([
      ...['stage1 1', 'stage1 2', 'stage1 3'],
      ...['stage2 1', 'stage2 2'],
    ]);
    const lossOf = (index: number) => evaluations[index].metrics.find(({ subset }) => subset === 'q')!.loss!;
    expect(lossOf(2)).toBeLessThan(lossOf(0));
  });

  it('is saved as a folder that can be begun with again', async () => {
    const weights = path.join(home, 'weights', 'experiment-1', 'seed-0', 'stage2.safetensors');
    const { code, stdout } = await credence(['models', 'save', weights, path.join(home, 'saved')], home);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^wrote .*saved \(\d+/)]);
    const [saved, first] = [path.join(home, 'saved'), model].map((folder) =>
      openPretrained(pretrainedSchema.parse({ model: folder, max_new_tokens: 1 })),
    );
    const kept = readTrained(weights).parameters;
    expect(weightsOf(saved)).toEqual(kept);
    expect(weightsOf(saved)).not.toEqual(weightsOf(first));
    expect([...saved.folder.tensors.keys()].sort()).toEqual([...first.folder.tensors.keys()].sort());
    expect(saved.reading.tokenizer.size).toBe(first.reading.tokenizer.size);
    const again = await credence(['models', 'save', weights, path.join(home, 'saved')], home);
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/saved/)]);
  });

  it('with low-rank matrices keeps and saves these alone, as PEFT loads them', async () => {
    const home = temporaryFolder();
    const lora = pretrainedConfig(model).replace('micro_batch: 5', 'lora: { rank: 2, targets: [out] }');
    const file = writeIn(home, 'x.yaml', lora.replace('seeds: 2', 'seeds: 1'));
    expect((await credence(['run', file], home)).code).toBe(0);
    const weights = path.join(home, 'weights', 'experiment-1', 'seed-0', 'stage2.safetensors');
    expect(Object.keys(readSafetensors(weights).tensors)).toEqual(
      [0, 1].flatMap((layer) => ['a', 'b'].map((one) => `layers.${layer}.attention.out.lora_${one}`)),
    );
    const folder = path.join(home, 'adapter');
    expect((await credence(['models', 'save', weights, folder], home)).code).toBe(0);
    const saved = readFileSync(path.join(folder, 'adapter_config.json'), 'utf8');
    expect(JSON.parse(saved)).toMatchObject({ r: 2, lora_alpha: 16, base_model_name_or_path: model });
    const { tensors } = readSafetensors(path.join(folder, 'adapter_model.safetensors'));
    const name = 'base_model.model.model.layers.1.self_attn.o_proj.lora_B.weight';
    expect(tensors[name].shape).toEqual([16, 2]);
    // B began at 0.
    expect(tensors[name].data.some((value) => value !== 0)).toBe(true);
  });

  it.each<[string, string, NodeJS.Signals, number | null]>([
    ['stopped', 'micro_batch: 5', 'SIGINT', 130],
    ['killed, with low-rank matrices and padding that counts', LORA, 'SIGKILL', null],
  ])('is resumed where it was %s, to the same numbers', async (_how, fields, signal, code) => {
    const [home, straight] = [temporaryFolder(), temporaryFolder()];
    const config = pretrainedConfig(model)
      .replace('epochs: 3', 'evaluate_every: 8, epochs: 16')
      .replace('micro_batch: 5', fields);
    const file = writeIn(home, 'x.yaml', config);
    const running = startCredence(['run', file, '--seeds', '1'], home);
    await until(() => /stage 1, epoch/.test(running.output()), 'stage 1');
    running.child.kill(signal);
    expect((await running.finished).code).toBe(code);
    expect((await credence(['resume', '1'], home)).code).toBe(0);
    expect((await credence(['run', file, '--seeds', '1'], straight)).code).toBe(0);
    expect(evaluationsIn(home)).toEqual(evaluationsIn(straight));
  });

  it.each<[string, (folder: string) => void, RegExp]>([
    ['no tokenizer', (folder) => rmSync(path.join(folder, 'tokenizer.json')), /tokenizer\.json/],
    [
      'another architecture',
      (folder) => setConfig(folder, { model_type: 'mamba' }),
      /model_type "mamba" is not known here; known are gpt2, gpt_neox, gpt_neo, gptj, llama, t5/,
    ],
    [
      'another shape',
      (folder) => setConfig(folder, { intermediate_size: 32 }),
      /the weight model\.layers\.0\.mlp\.gate_proj\.weight is \[24, 16\] and config\.json asks for \[32, 16\]/,
    ],
    [
      'a truncated file',
      (folder) => truncateSync(path.join(folder, 'model.safetensors'), 5000),
      /model\.safetensors/,
    ],
    [
      'a smaller vocabulary',
      (folder) => setConfig(folder, { vocab_size: 10 }),
      /has \d+ tokens and the model/,
    ],
    ['a short reach', (folder) => setConfig(folder, { max_position_embeddings: 8 }), /reads 8 at most/],
  ])('is refused with one line: %s', async (_what, damage, message) => {
    const home = temporaryFolder();
    const folder = path.join(home, 'model');
    cpSync(model, folder, { recursive: true });
    damage(folder);
    const { code, stderr } = await credence(
      ['run', writeIn(home, 'x.yaml', pretrainedConfig('./model'))],
      home,
    );
    expect(code).not.toBe(0);
    const line = stderr.split('\n').find((text) => text.includes('pretrained.model:')) ?? stderr;
    expect(line).toMatch(message);
  });

  it('says before a run, and in a preview, what memory one takes', async () => {
    const home = temporaryFolder();
    const file = writeIn(home, 'x.yaml', pretrainedConfig(model));
    const memoryOf = /training a run takes about 1\.\d GB of memory, [\d.]+ GB are free here\n/;
    expect((await credence(['preview', file], home)).stdout).toMatch(memoryOf);
    expect(said).toMatch(memoryOf);
    const { memory } = JSON.parse((await credence(['preview', file, '--json'], home)).stdout);
    expect(memory.needed).toBeGreaterThan(1e9);
    expect(memory.free).toBeGreaterThan(memory.needed);
  });

  it('refuses model fields beside it, which it would ignore', async () => {
    const home = temporaryFolder();
    const config = pretrainedConfig(model, 'model: { d_model: 32 }');
    const { code, stderr } = await credence(['run', writeIn(home, 'x.yaml', config)], home);
    expect(code).toBe(2);
    expect(stderr).toMatch(/model\.d_model: .*left out where pretrained is set/);
  });
});

function setConfig(folder: string, fields: object): void {
  const file = path.join(folder, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...config, ...fields }));
}

describe('a T5', () => {
  it('is trained in stages, learns, and is saved as a folder that can be begun with again', async () => {
    const home = temporaryFolder();
    const model = tinyT5();
    const said = path.join(model, 'config.json');
    const more = '{ "initializer_factor": 1.0, "torch_dtype": "bfloat16",';
    writeFileSync(said, readFileSync(said, 'utf8').replace('{', more));
    const file = writeIn(home, 'x.yaml', pretrainedConfig(model));
    const { code, stderr } = await credence(['run', file, '--seeds', '1'], home);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const [{ evaluations }] = evaluationsIn(home);
    const losses = evaluations.map(({ metrics }) => metrics.find(({ subset }) => subset === 'q')!.loss!);
    expect(losses).toHaveLength(5);
    expect(losses[2]).toBeLessThan(losses[0]);

    const weights = path.join(home, 'weights', 'experiment-1', 'seed-0', 'stage2.safetensors');
    const folder = path.join(home, 'saved');
    expect((await credence(['models', 'save', weights, folder], home)).code).toBe(0);
    const saved = openPretrained(pretrainedSchema.parse({ model: folder, max_new_tokens: 1 }));
    expect(weightsOf(saved)).toEqual(readTrained(weights).parameters);
    // transformers takes no 1 for 1.0, and would round the weights to what they were read from.
    const saying = readFileSync(path.join(folder, 'config.json'), 'utf8');
    expect(saying).toContain('{ "initializer_factor": 1.0, "torch_dtype": "float32",');
    expect(saved.spec).toMatchObject({ tied_head: false, gated: true, n_layers: 2, n_decoder_layers: 1 });
  });

  it('is learnt from scratch, too, on words', async () => {
    const home = temporaryFolder();
    const scratch = 'model: { architecture: t5, d_model: 32, n_layers: 1, n_heads: 2 }';
    const config = pretrainedConfig('').replace(/^pretrained: .*$/m, scratch);
    const { code, stderr } = await credence(
      ['run', writeIn(home, 'x.yaml', config), '--together', '2'],
      home,
    );
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    for (const { evaluations } of evaluationsIn(home)) {
      const losses = evaluations.map(({ metrics }) => metrics.find(({ subset }) => subset === 'q')!.loss!);
      expect(losses[2]).toBeLessThan(losses[0]);
    }
  });

  it.each<[object, RegExp]>([
    [{ feed_forward_proj: 'gated-mish' }, /feed_forward_proj is "gated-mish"; expected one of gelu/],
    [{ feed_forward_proj: 'relu-gated' }, /feed_forward_proj is "relu-gated"/],
    [{ feed_forward_proj: 7 }, /feed_forward_proj is 7/],
    [{ d_kv: 8 }, /SelfAttention\.q\.weight is \[12, 16\] and config\.json asks for \[16, 16\]/],
    [{ relative_attention_num_buckets: 2 }, /relative_attention_num_buckets is 2 .* at least 4 buckets/],
    [{ relative_attention_max_distance: 16 }, /relative_attention_max_distance 16; .* above half/],
    [{ decoder_start_token_id: 5000 }, /decoder_start_token_id is 5000, and vocab_size is 415/],
    [{ num_decoder_layers: 2 }, /hold no decoder\.block\.1\..*weight/],
    [{ num_decoder_layers: 'six' }, /num_decoder_layers is "six"; expected a whole number/],
  ])('is refused with one line: %j', (fields, message) => {
    const model = tinyT5();
    setConfig(model, fields);
    const open = () => weightsOf(openPretrained(pretrainedSchema.parse({ model, max_new_tokens: 1 })));
    expect(open).toThrow(/^pretrained\.model: /);
    expect(open).toThrow(message);
  });

  it('is refused where nothing says how an answer ends, or its tokenizer is missing', () => {
    const model = tinyT5();
    const open = () => openPretrained(pretrainedSchema.parse({ model, max_new_tokens: 1 }));
    writeFileSync(path.join(model, 'tokenizer_config.json'), JSON.stringify({ pad_token: '<pad>' }));
    expect(open).toThrow(/pretrained\.model: .*eos_token/);
    rmSync(path.join(model, 'tokenizer.json'));
    expect(open).toThrow(/pretrained\.model: .*has no tokenizer\.json/);
  });
});

describe('greedy answers', () => {
  const opened = openPretrained(pretrainedSchema.parse({ model, max_new_tokens: 7 }));
  const { spec, reading } = opened;
  const { tokenizer } = reading;

  /** Token by token, the whole text anew each time. */
  async function naive(ask: (tokens: number[]) => Promise<number>, prompt: string): Promise<string> {
    const tokens = tokenizer.encode([{ role: 'text', text: prompt }]).ids;
    const answer: number[] = [];
    while (answer.length < 7) {
      answer.push(await ask([...tokens, ...answer]));
      if (answer.at(-1) === tokenizer.eosId || tokenizer.decode(answer).includes('\n')) break;
    }
    return tokenizer.decode(answer).split('\n', 1)[0];
  }

  it('are those of asking for one token after another', async () => {
    const engine = await createEngine('onnx');
    const values = weightsOf(opened);
    const state = engine.createState({ parameters: { spec: floatSpec(values.length), data: values } });
    const ask = async (tokens: number[]) => {
      const shape = { batch: 1, length: tokens.length, targets: 1 };
      const program = await engine.compile(evaluationProgram(spec, shape));
      const inputs = { tokens: Int32Array.from(tokens), positions: Int32Array.of(tokens.length - 1) };
      const { predictions } = await program.run(state, { ...inputs, labels: Int32Array.of(0) });
      program.dispose();
      return predictions[0];
    };
    const names = ['Anna', 'Zürich', 'x9', 'the sea', 'Ⅷ'];
    const tests = await Promise.all(
      names.map(async (name, entity): Promise<TestQuestion> => {
        const text = `Q: Who is ${name}?\nA:`;
        // What the model answers is accepted for every second one: a draft that is right, and one that is not.
        const golds = [entity % 2 === 0 ? (await naive(ask, text)).trim() || 'x' : 'something else'];
        return { test: 'questions', subset: 'q', entity, prompt: [{ role: 'text', text }], golds };
      }),
    );
    const asked: string[][] = [];
    const listening = { ...tokenizer, decode: tokenizer.decode.bind(tokenizer) };
    const evaluator = createEvaluator(alone(engine), {
      ...{
        model: spec,
        tests,
        encoded: encodeTests(tests, reading, 7),
        batchSize: 2,
        precision: 'float32',
      },
      tokenizer: {
        ...listening,
        decode: (ids: number | readonly number[]) => {
          const text = tokenizer.decode(ids);
          if (typeof ids !== 'number' && ids.length > 1) asked.push([text]);
          return text;
        },
      },
    });
    const [metrics] = await evaluator.evaluate(state);
    expect(metrics.count).toBe(names.length);
    for (const { prompt } of tests) {
      const expected = await naive(ask, prompt[0].text);
      expect(asked.map(([text]) => text.split('\n', 1)[0])).toContain(expected);
    }
    evaluator.dispose();
  });
});
