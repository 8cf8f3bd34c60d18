import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGINE_IDS, type EngineDescription } from '#shared/engines.ts';
import { createEngine, describeEngines } from './index.ts';
import { PACKAGES, packageFolder } from './tensorflow/package.ts';

describe('createEngine', () => {
  it.each([
    ['auto', 'onnx'],
    ['onnx', 'onnx'],
    ['reference', 'reference'],
  ] as const)('%s gives %s', async (asked, given) => {
    expect((await createEngine(asked)).id).toBe(given);
  });
});

describe('describeEngines', () => {
  it('lists every engine: its device and version, or why it is missing and how to get it', async () => {
    const engines = await describeEngines();
    expect(engines.map(({ id }) => id)).toEqual(ENGINE_IDS);
    const { onnx, reference, ...others } = Object.fromEntries(engines.map((one) => [one.id, one]));
    expect(onnx.detail).toMatch(/CPU \(.+ cores?\), ONNX Runtime \d+\.\d+/);
    expect(onnx).not.toHaveProperty('never_auto');
    expect(reference).toMatchObject({
      detail: expect.stringMatching(/TensorFlow\.js \d+\.\d+/),
      never_auto: expect.stringContaining('slow'),
    });
    for (const { available, detail, reason } of Object.values(others))
      expect(available ? detail : reason).toMatch(available ? /\d+\.\d+/ : /it works on .+/);
  });
});

/** What a module script prints, in a Node process of its own. */
function printed(script: string, variables: NodeJS.ProcessEnv = {}): string {
  const args = ['--input-type=module', '-e', script];
  const env = { ...process.env, ...variables };
  return execFileSync(process.execPath, args, { encoding: 'utf8', env }).trim();
}

describe('loading', () => {
  const loaded = (then: string) =>
    printed(`
      const { createEngine } = await import('#lab/engines/index.ts');
      ${then}
      const { sharedObjects } = process.report.getReport();
      console.log(sharedObjects.some((name) => name.includes('onnxruntime')));`);

  it('waits until an engine is asked for', () => {
    expect(loaded('')).toBe('false');
    expect(loaded("await createEngine('onnx');")).toBe('true');
  });
});

describe('where ONNX Runtime cannot load', () => {
  const withoutOnnx = (then: string) =>
    printed(`
      import { registerHooks } from 'node:module';
      registerHooks({
        resolve(name, context, next) {
          if (name === 'onnxruntime-node') throw new Error('libonnxruntime.so.1: no such file\\nat dlopen');
          return next(name, context);
        },
      });
      const { createEngine, describeEngines } = await import('#lab/engines/index.ts');
      ${then}`);

  it('says why and what to do', () => {
    const out = withoutOnnx(
      "await createEngine('auto').catch(({ name, code, message }) => console.log(name, code, message));",
    );
    expect(out).toMatch(
      /^UserError engine.missing the onnx engine cannot load: libonnxruntime.so.1: no such/,
    );
    expect(out).toMatch(/npm ci.*engine: reference/);
    expect(out).not.toMatch(/\n/);
  });

  it('still describes the others', () => {
    const engines = JSON.parse(
      withoutOnnx('console.log(JSON.stringify(await describeEngines()));'),
    ) as EngineDescription[];
    const { onnx, reference } = Object.fromEntries(engines.map((one) => [one.id, one]));
    expect(onnx).toMatchObject({ available: false, reason: expect.stringMatching(/no such file.*npm ci/) });
    expect(reference.available).toBe(true);
  });
});

describe('where TensorFlow cannot load', () => {
  const described = (folder: string, hook = '') =>
    JSON.parse(
      printed(
        `${hook}
        const { describeEngine } = await import('#lab/engines/index.ts');
        console.log(JSON.stringify(await describeEngine('tensorflow')));`,
        { CREDENCE_TENSORFLOW: folder },
      ),
    ) as EngineDescription;
  const downloaded = PACKAGES.some((name) => existsSync(path.join(packageFolder(name) ?? '', 'lib')));

  it.skipIf(downloaded)('says how to get its native part', () => {
    const { available, reason } = described('/nonexistent');
    expect(available).toBe(false);
    expect(reason).toMatch(/native part is missing.*npm run build:tensorflow.*npm explore @tensorflow/);
  });

  it.skipIf(downloaded)('says what is wrong with a native part that does not load', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'credence-binding-'));
    writeFileSync(path.join(folder, 'tfjs_binding.node'), 'no library');
    expect(described(folder).reason).toMatch(/tfjs_binding\.node.+docs\/tensorflow\.md/);
  });

  it('says that its package is missing', () => {
    const hook = `
      import { createRequire, Module } from 'node:module';
      const resolve = Module._resolveFilename;
      Module._resolveFilename = (name, ...rest) => {
        if (name.startsWith('@tensorflow/tfjs-node')) throw new Error('not found');
        return resolve(name, ...rest);
      };`;
    expect(described('/nonexistent', hook).reason).toMatch(
      /tfjs-node is not installed.*npm run build:tensorflow/,
    );
  });
});
