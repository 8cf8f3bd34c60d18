import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWithin, readState } from './window-state.ts';

const SCREEN = { x: 0, y: 25, width: 1920, height: 1055 };
const at = (x: number, y: number) => ({ x, y, width: 1280, height: 800 });

describe('where the window was left', () => {
  it.each([
    ['on the screen', at(200, 100), true],
    ['half off the left edge', at(-600, 100), true],
    ['all but gone to the right', at(1850, 100), false],
    ['above the screen, the title bar out of reach', at(200, -300), false],
    ['on a screen that is gone', at(3000, 100), false],
  ])('%s: %j is kept: %s', (_what, state, kept) => {
    expect(isWithin(state, [SCREEN])).toBe(kept);
  });

  it('counts on any screen', () => {
    expect(isWithin(at(3000, 100), [SCREEN, { ...SCREEN, x: 1920 }])).toBe(true);
  });

  it.each([
    ['good', '{"x":1,"y":2,"width":1280,"height":800,"maximized":true}', true],
    ['damaged', '{"x":1,', false],
    ['of another kind', '{"x":"1"}', false],
    ['too small to use', '{"x":1,"y":2,"width":2,"height":2,"maximized":false}', false],
  ])('a file that is %s is used: %s', (_what, text, used) => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'credence-window-')), 'window.json');
    writeFileSync(file, text);
    expect(readState(file) !== null).toBe(used);
    expect(readState(`${file}.gone`)).toBeNull();
  });
});
