/** How lines are looked at, whoever keeps it: a link or a page. */
import type { LineConfig } from './chart.ts';
import type { ZoomLimits } from './zoom.ts';

export interface LinesSeen {
  /** A logarithmic y axis; of what is above 0. */
  log: boolean;
  /** Neighbouring points that each is the mean of, `smooth.ts`; what was measured stays behind. */
  smooth: number;
  /** The part in sight; null is all. */
  zoom: ZoomLimits | null;
}

type Scales = NonNullable<NonNullable<LineConfig['options']>['scales']>;

/** Axes of the part that is looked at. */
export function seenScales(scales: Scales, { zoom, log }: Partial<LinesSeen>): Scales {
  const { x, y } = scales;
  const limits = (range: [number, number] | null | undefined) =>
    range ? { min: range[0], max: range[1] } : {};
  return {
    x: { ...x, ...limits(zoom?.x) },
    y: { ...y, ...limits(zoom?.y), ...(log ? { type: 'logarithmic' } : {}) },
  } as Scales;
}
