import { describe, expect, it } from 'vitest';
import { describeEnd } from './utility-end.ts';

describe('the end of a utility process', () => {
  it.each([
    [0, null, '', { clean: true, cause: 'ended' }],
    [0, 'clean-exit', '', { clean: true, cause: 'ended' }],
    [1, null, '', { clean: false, cause: 'ended with exit code 1' }],
    [0, 'killed', '', { clean: false, cause: 'was killed' }],
    [133, 'oom', '', { clean: false, cause: 'ran out of memory' }],
    [139, 'crashed', 'at x\nFatal: bad\n', { clean: false, cause: 'crashed: Fatal: bad' }],
    [7, 'new-reason', '', { clean: false, cause: 'ended with exit code 7' }],
  ])('code %i, reason %s, last words %j', (code, reason, words, end) => {
    expect(describeEnd(code, reason, words)).toEqual(end);
  });
});
