import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '#test/credence.ts';
import { folderOf, tinyModel } from '#test/model-folders.ts';
import { hubCache, isHubName, listCachedModels, parseHubName } from './hub-cache.ts';
import { resolveModel } from './resolve-model.ts';

const root = temporaryFolder();
const env = { HF_HOME: join(root, 'home') };
const cache = join(root, 'home', 'hub');
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];

/** Models of two commits, as huggingface_hub lays them out. */
function snapshot(repository: string, commit: string, refs: string[] = []): string {
  const folder = join(cache, repository);
  for (const ref of refs) {
    mkdirSync(join(folder, 'refs', ref, '..'), { recursive: true });
    writeFileSync(join(folder, 'refs', ref), `${commit}\n`);
  }
  return join(folder, 'snapshots', commit);
}

tinyModel(snapshot('models--org--name', A, ['main']));
tinyModel(snapshot('models--org--name', B, ['v1', 'refs/pr/1']));
tinyModel(snapshot('models--gpt2', A));
tinyModel(snapshot('models--org--half', A, ['main']), { shardBytes: 64 });
folderOf(snapshot('models--org--pickle', A, ['main']), {
  'config.json': { model_type: 'gpt2' },
  'pytorch_model.bin': '',
});
folderOf(join(cache, '.locks'), {});
folderOf(join(cache, 'datasets--org--name', 'snapshots', A), {});
const cwd = join(root, 'cwd');
tinyModel(join(cwd, 'org', 'name-here'));
tinyModel(join(cwd, 'gpt2-mine'));

describe('the Hub cache', () => {
  it('lies where huggingface_hub looks for it', () => {
    expect(hubCache({})).toBe(join(homedir(), '.cache/huggingface/hub'));
    expect(hubCache({ XDG_CACHE_HOME: '/x' })).toBe('/x/huggingface/hub');
    expect(hubCache({ XDG_CACHE_HOME: '/x', HF_HOME: '/h' })).toBe('/h/hub');
    expect(hubCache({ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' })).toBe('/old');
    expect(hubCache({ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/new' })).toBe('/new');
    expect(hubCache({ HF_HUB_CACHE: '', HF_HOME: '' })).toBe(join(homedir(), '.cache/huggingface/hub'));
    expect(hubCache({ HF_HUB_CACHE: '~/$USER/${USER}s/$NONE', USER: 'u' })).toBe(
      join(homedir(), 'u/us/$NONE'),
    );
  });

  it('lists snapshots by name with their branches, and nothing where there is none', () => {
    const list = listCachedModels(cache).map(({ name, revision, refs }) => [
      name,
      revision[0],
      refs.toSorted(),
    ]);
    expect(list).toEqual([
      ['gpt2', 'a', []],
      ['org/half', 'a', ['main']],
      ['org/name', 'b', ['refs/pr/1', 'v1']],
      ['org/name', 'a', ['main']],
      ['org/pickle', 'a', ['main']],
    ]);
    expect(listCachedModels(join(root, 'none'))).toEqual([]);
  });

  it.each(['gpt2', 'EleutherAI/pythia-70m-deduped@step1000', 'a/b.c_d@refs/pr/1', 'a/b@1.0+x'])(
    'takes %s',
    (name) => {
      expect(isHubName(name)).toBe(true);
    },
  );

  it.each([
    '',
    '@main',
    'a/b@',
    'a/b/c',
    '../a',
    'a/..',
    'a--b',
    'a/b@../x',
    'a b',
    'https://x/a',
    'a/b@c@d',
    '-a',
  ])('refuses the name %j', (name) => {
    expect(() => parseHubName(name)).toThrow(/is no name of a model on the Hub; give ORG\/NAME/);
  });
});

describe('resolveModel', () => {
  const pathOf = (text: string) => resolveModel(text, cwd, env).path;
  const inCache = (repository: string, commit: string) => join(cache, repository, 'snapshots', commit);

  it('takes folders where they are there, and else names', () => {
    expect(resolveModel('./gpt2-mine', cwd, env)).toEqual({
      path: join(cwd, 'gpt2-mine'),
      name: './gpt2-mine',
      revision: null,
      from: 'folder',
    });
    expect(pathOf('org/name-here')).toBe(join(cwd, 'org/name-here'));
    expect(pathOf(join(cwd, 'gpt2-mine'))).toBe(join(cwd, 'gpt2-mine'));
    expect(resolveModel('org/name', cwd, env)).toEqual({
      path: inCache('models--org--name', A),
      name: 'org/name',
      revision: A,
      from: 'cache',
    });
    expect(pathOf('x'.repeat(999))).toBe(join(cwd, 'x'.repeat(999)));
    writeFileSync(join(cwd, 'afile'), '');
    expect(() => pathOf('afile')).toThrow(/neither a folder .* nor in the Hub cache/);
  });

  it('takes a branch, a tag or a commit, which may be shortened', () => {
    for (const revision of ['v1', 'refs/pr/1', B, B.slice(0, 7)])
      expect(pathOf(`org/name@${revision}`)).toBe(inCache('models--org--name', B));
    expect(() => pathOf('org/name@bbbb')).toThrow(
      /which has it at (main, v1|v1, main|refs\/pr\/1, main)\); fetch/,
    );
    expect(() => pathOf('gpt2')).toThrow(`which has it at ${A}); fetch it with "credence models get gpt2"`);
  });

  it('names both places that it looked in, and how to fetch', () => {
    expect(() => pathOf('org/none')).toThrow(
      `the model "org/none" is neither a folder (${join(cwd, 'org/none')}) nor in the Hub cache (${cache}); ` +
        'fetch it with "credence models get org/none"',
    );
  });

  it.each(['./none', '../none', '/none', '~/none-at-all', 'C:\\none', 'a\\b', 'a/b/c', ''])(
    'never looks for the path %j on the Hub',
    (text) => {
      expect(() => pathOf(text)).toThrow(/is not there; give a folder|is no name of a model/);
    },
  );

  it('says what a snapshot lacks', () => {
    const folder = inCache('models--org--half', A);
    const shard = 'model-00002-of-00002.safetensors';
    expect(pathOf('org/half')).toBe(folder);
    rmSync(join(folder, shard));
    const message = `org/half is incomplete in the Hub cache: ${shard} is missing from ${folder}; fetch the rest with "credence models get org/half@${A}"`;
    expect(() => pathOf('org/half')).toThrow(message);
    symlinkSync('../../blobs/gone', join(folder, shard));
    expect(() => pathOf('org/half')).toThrow(message);
    // Its weights are there: that they are a pickle is for whoever opens them to say.
    expect(pathOf('org/pickle')).toBe(inCache('models--org--pickle', A));
  });
});
