/** Cutting a JSON array must give its items whatever the sizes of the chunks, and must let nothing wrong through. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrayCutter } from './array-cutter.ts';

/** What comes out where the bytes arrive `size` at a time. */
function cut(bytes: Buffer, size: number): { items: unknown[]; ended: boolean; foreign: string | null } {
  const cutter = new ArrayCutter();
  const items: unknown[] = [];
  for (let at = 0; at < bytes.length && cutter.foreign === null; at += size) {
    const batch = cutter.add(bytes.subarray(at, at + size));
    if (batch !== null) items.push(...(JSON.parse(batch) as unknown[]));
  }
  return { items, ended: cutter.ended, foreign: cutter.foreign };
}

describe('an array', () => {
  it('comes out as it is, however it is split and spaced', () => {
    const text = fc.string({
      unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', ',', 'é', '🙂', ' ', 'a'),
    });
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.constant(null),
        tie('list'),
        tie('mapping'),
      ),
      list: fc.array(tie('any'), { maxLength: 4 }),
      mapping: fc.dictionary(text, tie('any'), { maxKeys: 4 }),
    })).any;
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 1),
        (items, size, indent) => {
          const bytes = Buffer.from(` ${JSON.stringify(items, null, indent)}\n`);
          expect(cut(bytes, size)).toEqual({
            items: JSON.parse(bytes.toString()),
            ended: true,
            foreign: null,
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('may begin with a byte order mark', () => {
    expect(cut(Buffer.from('\ufeff[1, 2]'), 100)).toEqual({ items: [1, 2], ended: true, foreign: null });
  });
});

describe('what is no array', () => {
  it.each([
    '[1,]',
    '[,1]',
    '[1,,2]',
    '[1 2]',
    '["a]',
    '[}',
    '[1}',
    '[1]]',
    '[1] x',
    '{"a": 1}',
    'x',
    '[{"a": 1]',
  ])('%s does not pass', (text) => {
    for (let size = 1; size <= text.length; size++) {
      const passes = () => {
        const { ended, foreign } = cut(Buffer.from(text), size);
        return ended && foreign === null;
      };
      let passed = false;
      try {
        passed = passes();
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
      expect(passed).toBe(false);
    }
  });
});
