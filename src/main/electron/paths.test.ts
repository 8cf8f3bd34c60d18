import { describe, expect, it } from 'vitest';
import { insideFolder } from './paths.ts';

describe('the app protocol', () => {
  it.each([
    ['/', '/app/out/index.html'],
    ['/assets/a.js', '/app/out/assets/a.js'],
    ['/a%20b.svg', '/app/out/a b.svg'],
    ['/../main/app.js', null],
    ['/%2e%2e/main/app.js', null],
    ['/..%2fmain%2fapp.js', null],
    ['/assets/../../main/app.js', null],
    ['/%', null],
    ['/a%00.js', null],
  ])('%s is %s', (pathname, file) => {
    expect(insideFolder('/app/out', pathname)).toBe(file);
  });
});
