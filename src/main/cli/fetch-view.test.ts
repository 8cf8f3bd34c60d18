import { expect, it } from 'vitest';
import { sizeText } from '#shared/counting.ts';
import { fetchText } from './fetch-view.ts';

it('says how far, how fast and how long', () => {
  const text = fetchText('gpt2', { done: 250e6, total: 500e6, gained: 100e6, seconds: 10 });
  expect(text).toBe('fetching gpt2: 50% of 500 MB  10 MB/s  25 s left');
  expect(fetchText('gpt2', { done: 0, total: 0, gained: 0, seconds: 0 })).toBe(
    'fetching gpt2: 0% of 0 bytes  estimating',
  );
});

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [9949, '9.9 kB'],
  [538_090_408, '538 MB'],
  [999_600, '1.0 MB'],
  [1.4e9, '1.4 GB'],
  [2e16, '20000 TB'],
])('writes %d as %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
