/** The sections of the HTML report. */
import { EFFECT_NAMES, effectOf } from '#shared/stats/effect-names.ts';
import { stringify } from 'yaml';
import { countText, plural } from '#shared/counting.ts';
import { duration } from '#shared/duration.ts';
import { runLabel } from '#shared/planned-runs.ts';
import { METRICS, type MetricId } from '#shared/metrics.ts';
import type { DatasetReport, ExperimentRecord, RunRecord } from '#shared/records.ts';
import { MOMENT_TITLES, MOMENTS } from '#shared/stats/effect-names.ts';
import {
  momentsOf,
  seedsBehind,
  type Comparison,
  type Effects,
  type TagEffect,
} from '#shared/stats/effects.ts';
import { dzText, findingSentence, pText, stage1Sentence } from '#shared/stats/finding.ts';
import { fewSeedsNote, overRuns, seedCount } from '#shared/stats/few-seeds.ts';
import { amount, amountInterval, signedAmount, unitOf } from '#shared/stats/amount.ts';
import { BOOTSTRAP_FROM } from '#shared/stats/bootstrap.ts';
import type { Interval } from '#shared/stats/interval.ts';
import { reportLines } from '#shared/table-report.ts';
import { subsetInfo, TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import { ANALYSES, paramsText, type AnalysisParams } from '#shared/analysis.ts';
import type { InsideSummary } from '#shared/stats/inside.ts';
import { forestSvg } from './forest.ts';
import { insideFigure } from '../figures/inside.ts';
import { describeInside } from './inside-words.ts';
import type { AnsweredPicture } from '#shared/api/analysis.ts';
import { Markup, markup, notationHtml } from './markup.ts';
import { pageSvg } from './page-figure.ts';
import { pointsSvg } from './points-figure.ts';

/** @param note what stands beside the result, if anything */
export function findingSection(effects: Effects, note: string | null): Markup {
  const stage1 = stage1Sentence(effects);
  return markup`<section class="finding"><p>${unbroken(findingSentence(effects))}</p>${stage1 && markup`<p>${unbroken(stage1)}</p>`}${note && markup`<p class="hint few">${note}</p>`}</section>`;
}

/** Keeps numbers and what belongs to them on one line. */
export function unbroken(sentence: string): string {
  return sentence.replace(/ (?=[=<%])|(?<=[=<]) |(?<=\d) (?=seeds|points)/g, '\u00a0');
}

/** What has to stand beside intervals and tests over few seeds. */
export function fewSeeds(...counts: number[]): Markup | null {
  const note = fewSeedsNote(...counts);
  return note === null
    ? null
    : markup`<p class="hint few">${note}</p>
`;
}

/** The first output of the data, with what one run answered. */
export function answeredSection({ seed, picture }: AnsweredPicture): Markup {
  return markup`<section><h2>What was answered</h2>
<p class="hint">Output 1 of ${picture.outputs}, seed ${seed}. Solid: the true function; dashed: the one of false definitions; filled: training points; hollow: what was answered at test points at the end.</p>
<figure>${new Markup(pointsSvg(picture, 0))}</figure></section>`;
}

export function effectsSection({ comparisons, metric }: Effects): Markup | null {
  if (comparisons.length === 0) return null;
  const bootstrapped = comparisons.some(({ effect }) => effect.bootstrap !== null);
  return markup`<section><h2>Effects</h2>
<p class="hint">Differences within the same run, in ${unitOf(metric)}, over seeds${METRICS[metric].better === 'less' && '; above 0 the first of the two did better, that is, its error is lower'}. Intervals are Student’s t, 95 %; p is from the two-sided paired t-test that agrees with them, then corrected for the number of rows (Holm), then from a sign-flip permutation test (mid-p; from six seeds on, fewer cannot decide); d<sub>z</sub> is the mean over its standard deviation.${bootstrapped && ` Below an interval, from ${BOOTSTRAP_FROM} seeds on: the studentised bootstrap as a second opinion.`}</p>
${fewSeeds(...comparisons.map(({ effect }) => effect.n))}<div class="scroll"><table><thead><tr><th>Comparison</th><th>When</th><th class="number">Difference</th><th class="number">95 % interval</th><th class="number">p</th><th class="number">p, Holm</th><th class="number">p, sign flips</th><th class="number">d<sub>z</sub></th><th class="number">Seeds</th><th class="number">Seeds for<br>80 % power</th></tr></thead>
<tbody>${comparisons.map(comparisonRow)}</tbody></table></div></section>`;
}

function comparisonRow({ first, second, at, effect, p_holm }: Comparison): Markup {
  const headline = effectOf({ first, second, at });
  const name = markup`${notationHtml(subsetInfo(first).notation)} − ${notationHtml(subsetInfo(second).notation)}`;
  return markup`<tr${headline && markup` class="headline"`}><td class="whole">${name}${headline && markup`<br><span class="small">${EFFECT_NAMES[headline]}</span>`}</td><td class="whole">${MOMENTS[at]}</td><td class="number">${signedAmount(effect.mean, effect.metric)}</td><td class="number">${amountInterval(effect, effect.metric)}${effect.bootstrap && markup`<br><span class="small">${amountInterval(effect.bootstrap, effect.metric)}</span>`}</td><td class="number">${pText(effect.p)}</td><td class="number">${pText(p_holm)}</td><td class="number">${pText(effect.p_permutation_mid)}</td><td class="number">${dzText(effect)}</td><td class="number">${effect.n}</td><td class="number">${effect.seeds_needed ?? '–'}</td></tr>
`;
}

/** What a table of subsets shows. */
const MEASURED: Record<MetricId, string> = {
  exact_match: 'Share of test questions answered exactly, in per cent',
  f1: 'Token F1 of the answers, in per cent',
  accuracy: 'Share of the asked cells that were named right, in per cent',
  mse: 'Mean squared error of the shown output on the test circles',
  loss: 'Loss in nats',
};

export function subsetsSection(effects: Effects, chance: number | null): Markup | null {
  const { subsets, metric } = effects;
  const rows = TEST_SUBSETS.filter((name) => subsets[name]);
  const moments = momentsOf(effects);
  if (rows.length === 0) return null;
  return markup`<section><h2>${METRICS[metric].label} per subset</h2>
<p class="hint">${MEASURED[metric]}: ${effects.n > 1 ? 'mean and 95 % interval over' : 'of'} ${seedCount(effects.n)}${overRuns(effects)}${chance !== null && `; guessing gives ${amount(chance, metric)}`}. Subsets that stage 1 trains on questions are tested on held-out questions.</p>
${fewSeeds(...seedsBehind(effects))}<div class="scroll"><table><thead><tr><th>Subset</th><th>In words</th><th>Name</th>${moments.map((moment) => markup`<th class="number">${MOMENT_TITLES[moment]}</th>`)}</tr></thead>
<tbody>${rows.map((name) =>
    subsetRow(
      name,
      moments.map((moment) => subsets[name]![moment]),
      metric,
    ),
  )}</tbody></table></div></section>`;
}

function subsetRow(name: TestSubset, intervals: readonly (Interval | null)[], metric: MetricId): Markup {
  const { notation, label, colour } = subsetInfo(name);
  const cell = (interval: Interval | null) =>
    interval
      ? markup`${amount(interval.mean, metric)} ${interval.low !== null && markup`<span class="range">${amountInterval(interval, metric)}</span>`}`
      : markup`–`;
  return markup`<tr><td class="whole"><span class="dot" style="background:${colour}"></span>${notationHtml(notation)}</td><td>${label}</td><td><code>${name}</code></td>${intervals.map((interval) => markup`<td class="number">${cell(interval)}</td>`)}</tr>
`;
}

/**
 * @param figure SVG of the curves
 * @param n seeds that it is over
 */
export function figureSection(figure: Markup, n: number, metric: MetricId): Markup {
  return markup`<section class="figure"><h2>Learning curves</h2>
<p class="hint">${METRICS[metric].label} on the tests after each evaluated epoch, over the finished runs. ${n > 1 && 'Bands are 95 % intervals over seeds; '}${n > 1 ? 'dashed' : 'Dashed'} lines separate the stages.</p>
${fewSeeds(n)}${figure}</section>`;
}

export function forestSection({ effects: { iml, stage1 } }: Effects): Markup | null {
  const plots: [TagEffect | null, string, string][] = [
    [iml, EFFECT_NAMES.iml, 'reliable minus unreliable tag, where there were only definitions, at the end'],
    [
      stage1,
      EFFECT_NAMES.stage1,
      'reliable minus unreliable tag, where there were questions too, after stage 1',
    ],
  ];
  const shown = plots.flatMap(([effect, name, what]) =>
    effect
      ? markup`<div><h3>${name}</h3><p class="hint">${what}</p>${forestSvg(effect, `${name} per seed`)}</div>`
      : [],
  );
  if (shown.length === 0) return null;
  return markup`<section><h2>Effects per seed</h2>${fewSeeds(iml?.n ?? 0, stage1?.n ?? 0)}<div class="forests">${shown}</div></section>`;
}

/** One analysis of what is inside the models, over the seeds that are done. */
export function insideSection(
  { params, summary }: { params: AnalysisParams; summary: InsideSummary },
  name: string,
): Markup {
  return markup`<section class="figure"><h2>${ANALYSES[params.kind].label}</h2>
<p class="hint">${paramsText(params).replace(/\.$/, '')}. ${describeInside(summary)}</p>
${fewSeeds(summary.seeds)}${new Markup(pageSvg(insideFigure(summary, name)))}</section>`;
}

export function runsSection(runs: readonly RunRecord[]): Markup {
  const rows = runs.map(
    (run) =>
      markup`<tr><td>${runLabel(run)}</td><td>${run.state}</td><td class="number">${run.started_at ? duration(run.seconds) : '–'}</td><td>${[run.engine, run.device].filter(Boolean).join(', ') || '–'}</td><td class="small">${run.error?.message}</td></tr>
`,
  );
  return markup`<section class="long"><h2>Runs</h2><p class="hint">Only finished runs (done) enter the results above.</p>
<div class="scroll"><table><thead><tr><th>Run</th><th>State</th><th class="number">Training time</th><th>Engine</th><th>Message</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** How a table of the user's own was read: every choice with its reason. */
export function readingSection(report: DatasetReport | null): Markup | null {
  if (!report?.table && !report?.digits) return null;
  const lines = reportLines(report).map(({ text }) => markup`<li>${text}</li>`);
  return markup`<section><h2>How the ${report.table ? 'table was' : 'digits were'} read</h2><ul>${lines}</ul></section>`;
}

export function droppedSection(report: DatasetReport | null): Markup | null {
  if (!report || report.dropped.length === 0) return null;
  const rows = report.dropped.map(
    ({ reason, count, example }) =>
      markup`<tr><td>${reason}</td><td class="number">${countText(count)}</td><td><code>${example}</code></td></tr>`,
  );
  return markup`<section><h2>Left out of the dataset</h2><p class="hint">${countText(report.rowsKept)} of ${plural(report.rowsRead, 'row')} were kept.</p>
<div class="scroll"><table><thead><tr><th>Reason</th><th class="number">Count</th><th>Example</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** @param configFile name of the config file that lies beside the report */
export function reproduceSection(experiment: ExperimentRecord, configFile: string): Markup {
  return markup`<section class="long"><h2>Reproduce</h2>
<p class="hint">In the folder of this report, with Credence ${experiment.version}; the same seeds on the same engine give the same numbers. <code>${configFile}</code> holds the config below.</p>
<pre>credence run ${configFile}</pre>
<details open><summary>Config, with every default filled in</summary><pre class="config">${stringify(experiment.config)}</pre></details></section>`;
}
