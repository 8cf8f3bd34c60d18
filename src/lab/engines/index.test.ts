import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createEngine, describeEngines } from './index.ts';

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
  it('lists every engine with its device and version, the fastest first', async () => {
    const engines = await describeEngines();
    expect(engines.map(({ id }) => id)).toEqual(['onnx', 'reference']);
    expect(engines[0].detail).toMatch(/CPU \(.+ cores?\), ONNX Runtime \d+\.\d+/);
    expect(engines[1].detail).toMatch(/TensorFlow\.js \d+\.\d+/);
  });
});

/** What a module script prints, in a Node process of its own. */
function printed(script: string): string {
  const args = ['--input-type=module', '-e', script];
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
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
    const [onnx, reference] = JSON.parse(
      withoutOnnx('console.log(JSON.stringify(await describeEngines()));'),
    ) as { available: boolean; reason?: string }[];
    expect(onnx).toMatchObject({ available: false, reason: expect.stringMatching(/no such file.*npm ci/) });
    expect(reference.available).toBe(true);
  });
});
