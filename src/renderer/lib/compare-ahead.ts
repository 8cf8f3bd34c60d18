/** A comparison that is opened before its view is there: its numbers are asked for meanwhile. */
import { askAhead } from './ahead.ts';
import { curvesAsked, OPENED, resultAsked } from './compare-asked.ts';
import { route } from './route.svelte.ts';

/** Of an address that says nothing but which experiments: what else may stand in one is read by the view. */
export function askComparison(): void {
  const { ids, tab, query } = route;
  if (ids.length === 0 || tab !== null || Object.keys(query).length > 0) return;
  askAhead('analysis.comparedCurves', curvesAsked(ids, 'questions', OPENED));
  askAhead('analysis.compare', resultAsked(ids, OPENED));
}
