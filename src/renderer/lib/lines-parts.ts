/** How lines are looked at (`charts/lines-seen.ts`) as parts of an address. */
import type { LinesSeen } from '../charts/lines-seen.ts';
import { SMOOTHING } from '../charts/smooth.ts';
import type { ZoomLimits } from '../charts/zoom.ts';
import { oneNumber, onOrOff, rangeOf, type LinkPart } from './link-parts.ts';

type LinesParts = { [Key in keyof LinesSeen]: LinkPart<LinesSeen[Key]> };

/** @param before each key, where an address says it of several figures: `run-` */
export function linesParts(before = ''): LinesParts {
  return {
    smooth: oneNumber(`${before}smooth`, SMOOTHING, 1),
    log: onOrOff(`${before}log`, false),
    zoom: zoomPart(`${before}zoom`),
  };
}

const zoomPart = (key: string): LinkPart<ZoomLimits | null> => ({
  ...{ key, first: null, takes: 'a range of epochs, one of values, or both, as in 2..8,10..60' },
  read(text) {
    const [x = '', y = '', ...more] = text.split(',');
    const limits = { x: rangeOf(x), y: rangeOf(y) };
    if (more.length > 0 || (limits.x === null && limits.y === null)) throw new Error('it names no range');
    return limits;
  },
  write: (limits) => (limits ? [limits.x, limits.y].map((range) => range?.join('..') ?? '').join(',') : ''),
});
