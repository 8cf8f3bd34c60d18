import { expect, it } from 'vitest';
import { bufferLimit } from './limit.ts';

it('is what every device of an engine has, unless the environment says otherwise', () => {
  expect(bufferLimit(null, undefined)).toBeNull();
  expect(bufferLimit(1000, '')).toBe(1000);
  expect(bufferLimit(1000, '2000')).toBe(2000);
  expect(bufferLimit(null, '2000')).toBe(2000);
});

it.each(['0', '-1', '1.5', '1 MB', 'NaN', 'Infinity'])('refuses %s', (set) => {
  expect(() => bufferLimit(null, set)).toThrow(
    `CREDENCE_BUFFER_LIMIT: ${set} is no number of bytes; give one such as 134217728, or leave it unset`,
  );
});
