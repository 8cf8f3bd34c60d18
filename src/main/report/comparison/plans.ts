/** Plans of seeds as figures with their sentences, in a report and as a page of their own. */
import type { NamedPlan } from '#shared/api/analysis.ts';
import type { MetricId } from '#shared/metrics.ts';
import { PLANNED_TEST_NAMES } from '#shared/stats/planned-tests.ts';
import { goalTitle, PEEKING } from '#shared/stats/plan-text.ts';
import { Markup, markup } from '../markup.ts';
import { STYLE } from '../style.ts';
import { planSvg } from './plan-figure.ts';

/** @param plans with what each is for */
export function plansSection(plans: readonly NamedPlan[], metric: MetricId): Markup | null {
  if (plans.length === 0) return null;
  const figures = plans.map(
    ({ plan, name, sentence }) =>
      markup`<div><h3>${name}: ${goalTitle(plan, metric)}</h3><p class="hint">${sentence}</p>${new Markup(planSvg(plan, `${name}: power by seeds`))}</div>`,
  );
  const planned = [...new Set(plans.map(({ plan }) => plan.test))];
  return markup`<section class="figure long"><h2>How many seeds would decide it</h2>
<p class="hint">Power of ${planned.map((test) => PLANNED_TEST_NAMES[test]).join('; or of ')} against the number of seeds, with the spread seen so far; the band is power at both ends of its 95 % interval. The dashed line is 80 %. ${PEEKING}</p>
<div class="forests">${figures}</div></section>`;
}

/** The same as one page. */
export function plansHtml(plans: readonly NamedPlan[], metric: MetricId): string {
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>How many seeds – Credence</title><style>${new Markup(STYLE)}</style></head>
<body><main><header><p class="kicker">Credence</p><h1>How many seeds</h1></header>${plansSection(plans, metric)}</main></body></html>
`.text;
}
