import { expect, it } from 'vitest';
import { createThrottle } from './throttle.ts';

it('lets strangers ask now and then, makes floods wait, says so once, and forgets after a minute', () => {
  let [time, floods] = [0, 0];
  const throttle = createThrottle(
    () => floods++,
    () => time,
  );
  const knock = (times: number) => Array.from({ length: times }, () => throttle.knock());
  expect(knock(120).every((wait) => wait === null)).toBe(true);
  time = 15_000;
  expect(knock(3)).toEqual([45, 45, 45]);
  expect(floods).toBe(1);
  time = 60_000;
  expect(knock(120).every((wait) => wait === null)).toBe(true);
  expect(knock(1)).toEqual([60]);
  expect(floods).toBe(2);
});
