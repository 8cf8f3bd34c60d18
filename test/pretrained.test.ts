/** Runs that begin with a pre-trained model, by the real command line; presets that name one. */
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runFactsJob } from '#main/trainer/facts.ts';
import { readTrained } from '#main/trainer/checkpoints.ts';
import { openHistory } from '#main/history/history.ts';
import { loadConfig, loadSweep } from '#main/experiments/config-file.ts';
import { listPresets } from '#main/experiments/presets.ts';
import { loadTask } from '#lab/tasks/index.ts';
import { openTokenizer } from '#lab/tokenizers/index.ts';
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
import type { LanguageConfig } from '#shared/config.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import type { KnownFacts } from '#shared/known-facts.ts';
import { pretrainedSchema } from '#shared/config/models/pretrained.ts';
import { credence, startCredence, temporaryFolder, until, writeIn } from './credence.ts';
import {
  factsItKnows,
  isPretrainedPreset,
  pretrainedConfig,
  tinyPretrained,
  tinyT5,
} from './tiny-pretrained.ts';

/** What the test reads of a preview. */
interface Preview {
  vocabulary: number;
  stages: { groups: { documents: number; tokens: number; samples: string[] }[] }[];
}

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

async function trained(): Promise<string> {
  const home = temporaryFolder();
  const { code, stderr } = await credence(['run', writeIn(home, 'x.yaml', pretrainedConfig(model))], home);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return home;
}

/** As for a small GPU, in the authors' way of counting. */
const LORA =
  'micro_batch: 3, mask_padding: false, block_size: 64, lora: { rank: 2, targets: [qkv, mlp] }, frozen_layers: 1';

describe('a pre-trained model', () => {
  let home: string;
  beforeAll(async () => {
    home = await trained();
  });

  it('is trained in stages, learns, and gives the same numbers again', async () => {
    const once = evaluationsIn(home);
    expect(evaluationsIn(await trained())).toEqual(once);
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

describe('presets of pre-trained models', () => {
  const names = listPresets()
    .map(({ name }) => name)
    .filter(isPretrainedPreset);

  it.each(names)('%s has the paper’s settings and names a model of the Hub', (name) => {
    const config = loadConfig(name) as LanguageConfig;
    expect(config.pretrained?.model).toMatch(/^[\w-]+\/[\w.-]+$/);
    expect(config.training).toMatchObject({
      pipeline: 'two-stage',
      loss: 'all',
      optimizer: { name: 'adafactor', clip_norm: 1 },
      stage1: { epochs: 20, lr: 5e-5 },
      stage2: { epochs: 10, lr: 5e-5 },
    });
    expect(config.training.stage1.batch_size).toBe(name === 'facts-small' ? 32 : 256);
  });
});

describe('what it knows before it is trained', () => {
  const home = temporaryFolder();
  const file = writeIn(home, 'people.yaml', JSON.stringify(factsItKnows('people')));

  it('is asked under the real names; the entities it knows are kept by name, and a run has these alone', async () => {
    const out = path.join(home, 'known.yaml');
    const found = await credence(['zero-shot', file, '--keep', '2', '--out', out, '--json'], home);
    expect([found.code, found.stderr]).toEqual([
      0,
      expect.stringMatching(/wrote .*known\.yaml: 2 entities of which 2 facts or more are known/),
    ]);
    const facts = JSON.parse(found.stdout) as KnownFacts & { kept: string[] };
    expect(facts).toMatchObject({ asked: 12, known: 4, kept: ['Ada Lovelace', 'Alan Turing'] });
    expect(facts.attributes.map(({ name, known, asked }) => [name, known, asked])).toEqual([
      ['town', 2, 6],
      ['craft', 2, 6],
    ]);
    expect(facts.examples[0]).toEqual({
      ...{ prompt: 'Q: What is the town of Ada Lovelace?\nA:', golds: ['yyyy'], given: 'yyyy', right: true },
    });
    const { dataset } = loadConfig(out);
    expect(dataset).toMatchObject({ kind: 'csv', keep_entities: facts.kept });
    for (const seed of [0, 7]) {
      const task = await loadTask(loadConfig(out), seed);
      expect(task.describe(0, 9).table.rows.map(({ entity }) => entity)).toEqual(facts.kept);
    }
  });

  it('is told as a table with intervals, also where nobody is left to keep', async () => {
    const { code, stdout, stderr } = await credence(
      ['zero-shot', file, '--keep', '3', '--out', path.join(home, 'none.yaml')],
      home,
    );
    expect(stdout).toMatch(
      /^4 of 12 facts about 6 entities \(seed 0\) are known: 33\.3 % \[13\.8, 60\.9\]\n/,
    );
    expect(stdout).toMatch(/town +2 of 6 +33\.3 %/);
    expect(stdout).toMatch(/wrong: Q: What is the town of Grace Hopper\? A: → yyyy, not town 2/);
    expect(stdout).toMatch(/2 or more +2\n/);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/of no entity 3 facts or more are known; lower it/),
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['a model from scratch', {}, /^pretrained: is not set; a model from scratch knows no fact/],
    ['another task', { task: 'regression' }, /^task: "regression" has no facts to be asked/],
    [
      'variables',
      { dataset: { kind: 'modular' }, pretrained: { model } },
      /^dataset\.kind: its variables have no real names/,
    ],
  ])('is refused in one line: %s', async (_name, raw, message) => {
    const job = { config: resolveConfig(raw), seed: 0, threads: 1, dataset_cache: home };
    await expect(runFactsJob(job, () => {})).rejects.toThrow(message);
  });

  it('is asked of a T5 too, and of a model whose training leaves weights out', async () => {
    const { pretrained, ...raw } = factsItKnows('others');
    for (const changes of [{ model: tinyT5() }, { lora: { rank: 2 } }, { frozen_layers: 1 }]) {
      const config = resolveConfig({ ...raw, pretrained: { ...pretrained, ...changes } });
      const job = { config, seed: 0, threads: 1, dataset_cache: home };
      const { asked, known } = await runFactsJob(job, () => {});
      expect([asked, known]).toEqual([12, 'model' in changes ? 0 : 4]);
    }
  });

  it('is asked with options that belong together', async () => {
    const { code, stderr } = await credence(['zero-shot', file, '--keep', '2'], home);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--keep and --out belong together/)]);
  });
});

describe('--model', () => {
  const given = (source: string, options: object) => () => loadConfig(source, options) as LanguageConfig;

  it('begins a config with a folder of the current directory, or a name; what else is set stays', () => {
    const here = path.relative(process.cwd(), model);
    expect(given('facts-small', { model: `./${here}` })().pretrained?.model).toBe(model);
    const set = ['pretrained.max_new_tokens=3'];
    expect(given('facts-small', { model: 'gpt2', set })().pretrained).toMatchObject({
      ...{ model: 'gpt2', max_new_tokens: 3 },
    });
    const file = writeIn(temporaryFolder(), 'x.yaml', 'pretrained: null\ndataset: { kind: world }\n');
    expect(given(file, { model: 'gpt2' })().pretrained?.model).toBe('gpt2');
  });

  it.each<[string, string, object, RegExp]>([
    [
      'another task',
      'toy',
      {},
      /^--model: the experiment's task is "regression"; only those of the task "language"/,
    ],
    ['a model from scratch', 'pocket', {}, /^model\.architecture: .*left out where pretrained is set/],
    [
      'set too',
      'facts-small',
      { set: ['pretrained.model=x'] },
      /^--set: "pretrained.model" is also given as --model/,
    ],
    [
      'taken away',
      'facts-small',
      { set: ['pretrained=null'] },
      /^--set: "pretrained" is also given as --model/,
    ],
    ['empty', 'facts-small', { model: '' }, /^pretrained\.model: is empty/],
  ])('is refused in one line: %s', (_name, source, options, message) => {
    expect(given(source, { model: 'gpt2', ...options })).toThrow(message);
  });

  it('is refused where models are swept', () => {
    const over = ['pretrained.model=gpt2,distilgpt2'];
    expect(() => loadSweep('facts-small', { model: 'gpt2' }, { over })).toThrow(
      /^--model: "pretrained\.model" is swept/,
    );
  });
});

describe('what is told of it', () => {
  it('the preview counts its tokens', async () => {
    const home = temporaryFolder();
    const file = writeIn(home, 'x.yaml', pretrainedConfig('/nowhere'));
    const { stdout } = await credence(['preview', file, '--model', model, '--json', '--samples', '9'], home);
    const { vocabulary, stages } = JSON.parse(stdout) as Preview;
    const tokenizer = openTokenizer(model);
    expect(vocabulary).toBe(tokenizer.size);
    const [group] = stages[1].groups;
    const tokens = group.samples.map((text) => tokenizer.encode([{ role: 'text', text }]).ids.length);
    expect(group.tokens).toBe(tokens.reduce((sum, count) => sum + count, 0));
    // A tag and an alias of letters are several tokens each: more than the three words of a definition.
    expect(Math.min(...tokens)).toBeGreaterThan(6);
  });

  it('a run says where --together has no effect', async () => {
    const home = temporaryFolder();
    const config = pretrainedConfig(model)
      .replace('epochs: 3', 'epochs: 1')
      .replace('epochs: 2', 'epochs: 1');
    const { code, stderr } = await credence(
      ['run', writeIn(home, 'x.yaml', config), '--together', '2'],
      home,
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('its seeds are trained one by one')]);
  });
});
