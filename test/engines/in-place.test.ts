/** The step of AdamW that the onnx engine takes in place; whole trainings with it: conformance.test.ts. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { ADAMW_BYTES } from '#lab/engines/onnx/in-place/adamw-bytes.ts';
import { Arena } from '#lab/engines/onnx/in-place/arena.ts';
import { stretches } from '#lab/engines/onnx/in-place/step.ts';
import { randomStream } from '#shared/random.ts';

const f = Math.fround;

it('the bytes are those of adamw.wat', async () => {
  const { parseWat } = await wabt();
  const file = fileURLToPath(import.meta.resolve('#lab/engines/onnx/in-place/adamw.wat'));
  const { buffer } = parseWat('adamw.wat', readFileSync(file, 'utf8'), { simd: true }).toBinary({});
  expect(Buffer.from(buffer).toString('base64')).toBe(ADAMW_BYTES);
});

describe('stretches', () => {
  it('joins neighbours with equal factors', () => {
    const found = stretches(12, Float32Array.of(1, 1, 2, 2), Float32Array.of(0.5));
    expect(found).toEqual([
      { begin: 0, end: 6, rate: 1, kept: 0.5 },
      { begin: 6, end: 12, rate: 2, kept: 0.5 },
    ]);
  });

  it('begins another where either factor changes', () => {
    const found = stretches(6, Float32Array.of(1, 1, 2), Float32Array.of(0.5, 0.25, 0.25));
    expect(found.map(({ begin }) => begin)).toEqual([0, 2, 4]);
  });
});

describe('a step', () => {
  it('rounds as float32 after every operation, at any length', () => {
    const factor = fc.float({ min: f(0.01), max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), factor, factor, (size, seed, rate, kept) => {
        const random = randomStream(seed, 'step');
        const vector = () => Float32Array.from({ length: size }, () => random.float() - 0.5);
        const [p, m, v, gradient] = [vector(), vector(), vector().map(Math.abs), vector()];
        const arena = new Arena(size);
        arena.parameters.set(p);
        arena.first.set(m);
        arena.second.set(v);
        const [scale, eps, beta1, beta2] = [f(0.3), f(1e-6), f(0.9), f(0.99)];
        const operands = { gradient, scale: Float32Array.of(scale), eps: Float32Array.of(eps) };
        const factors = { rates: Float32Array.of(rate), kept: Float32Array.of(kept) };
        arena.step({ ...operands, ...factors }, { beta1, beta2 });
        for (let i = 0; i < size; i++) {
          const d = f(gradient[i] * scale);
          const first = f(f(m[i] * beta1) + d);
          const second = f(f(v[i] * beta2) + f(d * d));
          const direction = f(first / f(f(Math.sqrt(second)) + eps));
          expect(arena.first[i]).toBe(first);
          expect(arena.second[i]).toBe(second);
          expect(arena.parameters[i]).toBe(f(f(p[i] * kept) - f(direction * rate)));
        }
      }),
    );
  });
});
