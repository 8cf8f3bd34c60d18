/** A locked plan: canonical, found out where a byte of it changes. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lock, registeredConfig, unlocked, type RegisteredPlan } from './registration.ts';
import { resolveConfig } from './resolve-config.ts';

const plan = (changes: Partial<RegisteredPlan> = {}): Omit<RegisteredPlan, 'format'> => ({
  question: 'Does “α” matter?',
  experiments: [{ uid: 'u', name: 'one', config: registeredConfig(resolveConfig({})) as never }],
  comparison: { kind: 'subsets', first: 'd1consis', second: 'd2consis', at: 'stage2' },
  metric: 'exact_match',
  seeds: [3, 4],
  analysis: 'paired',
  margin: 0.02,
  registered_at: '2026-01-02T03:04:05.678Z',
  version: '0.1.0',
  ...changes,
});

describe('a lock', () => {
  it('is the SHA-256 of a text that does not depend on the order in which fields were given', () => {
    const { text, hash } = lock(plan());
    expect(hash).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
    const turned = Object.fromEntries(Object.entries(plan()).reverse()) as ReturnType<typeof plan>;
    expect(lock(turned)).toEqual({ text, hash });
    expect(text).toMatch(/^\{"analysis":"paired",.*"version":"0\.1\.0"\}$/);
  });

  it('gives back what was fixed', () => {
    const { plan: back } = unlocked({ id: 1, ...lock(plan()) });
    expect(back).toEqual({ format: 'Credence pre-registration 1', ...plan() });
    expect(back?.experiments[0].config).not.toHaveProperty('seeds');
  });

  it('shows any change of the text', () => {
    const { text, hash } = lock(plan());
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        const other = text.slice(0, at) + letter + text.slice(at + 1);
        expect(unlocked({ id: 1, hash, text: other }).plan === null).toBe(other !== text);
      }),
    );
  });

  it('makes nothing valid of a text that is no plan', () => {
    for (const text of ['', '{}', 'null', lock(plan({ seeds: [1] })).text]) {
      const hash = createHash('sha256').update(text).digest('hex');
      expect(unlocked({ id: 1, text, hash }).plan).toBeNull();
    }
  });
});
