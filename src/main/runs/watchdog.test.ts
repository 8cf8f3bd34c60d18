import { describe, expect, it } from 'vitest';
import { countSilence } from './watchdog.ts';

/** What is said after looks ten seconds apart. @param times processor time at each look; `!` is a message before it */
function looks(times: readonly (number | null | '!')[]): (string | null)[] {
  const silence = countSilence({ idle: 30, busy: 60 });
  return times.map((time) => (time === '!' ? (silence.reset(), null) : silence.add(10, time)));
}

describe('silence of a training process', () => {
  it('without processor time is a hang after the shorter while', () => {
    const said = looks([5, 5, 5, 5]);
    expect(said.slice(0, 3)).toEqual([null, null, null]);
    expect(said[3]).toMatch(/^said nothing for 40 s and used no processor time/);
  });

  it('while it computes is one after the longer while, and where nobody can tell', () => {
    for (const times of [
      [1, 2, 3, 4, 5, 6],
      [null, null, null, null, null, null],
    ]) {
      const said = looks(times);
      expect(said.slice(0, 5)).toEqual([null, null, null, null, null]);
      expect(said[5]).toMatch(/although it computes: it hangs$/);
    }
  });

  it('ends with whatever it says', () => {
    expect(looks([5, 5, 5, '!', 5, 5, 5].slice(0, 6) as (number | '!')[])).toEqual(Array(6).fill(null));
    expect(looks([1, 2, 3, 4, 5, '!', 6, 7, 8, 9, 10])).toEqual(Array(11).fill(null));
  });
});
