import { expect, it } from 'vitest';
import { isNewer } from './releases.ts';

it.each([
  ['0.2.0', '0.1.0', true],
  ['0.10.0', '0.9.9', true],
  ['1.0.0', '1.0.0', false],
  ['1.0.0', '1.0.1', false],
  ['1.0.0', '1.0.0-beta.2', true],
  ['1.0.0', '1.0.1-beta.2', false],
  ['2.0.0', '10.0.0', false],
])('%s is newer than %s: %s', (release, than, newer) => {
  expect(isNewer(release, than)).toBe(newer);
});
