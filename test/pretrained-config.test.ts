/** Configs that begin with a pre-trained model: presets, `--model`, and what is told of them. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, loadSweep } from '#main/experiments/config-file.ts';
import { listPresets } from '#main/experiments/presets.ts';
import { openTokenizer } from '#lab/tokenizers/index.ts';
import type { LanguageConfig } from '#shared/config.ts';
import { credence, temporaryFolder, writeIn } from './credence.ts';
import { isPretrainedPreset, pretrainedConfig, tinyPretrained } from './tiny-pretrained.ts';

/** What the test reads of a preview. */
interface Preview {
  vocabulary: number;
  stages: { groups: { documents: number; tokens: number; samples: string[] }[] }[];
}

const model = tinyPretrained();

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
