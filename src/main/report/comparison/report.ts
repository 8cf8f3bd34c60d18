/** The report of a comparison: one HTML page that needs nothing else, runs nothing, and says how to repeat it. */
import { cpus, totalmem } from 'node:os';
import { stringify } from 'yaml';
import { addedSeedsNote } from '#shared/added-seeds.ts';
import { plural, sizeText } from '#shared/counting.ts';
import { duration } from '#shared/duration.ts';
import { showValue } from '#shared/errors.ts';
import { intervalText } from '#shared/stats/amount.ts';
import { contrastTitle } from '#shared/stats/contrast.ts';
import { fieldTitle } from '#shared/field-names.ts';
import { writtenSize } from '#shared/stats/equivalence.ts';
import { findingSentence } from '#shared/stats/finding.ts';
import { seedCount } from '#shared/stats/few-seeds.ts';
import { seedsBehind, type TagEffect } from '#shared/stats/effects.ts';
import { plannedSpans } from '#shared/stats/curves.ts';
import { stageText } from '#shared/stages.ts';
import { EXPLORATORY, NOT_REGISTERED } from '#shared/stats/registered.ts';
import { dataText, modelText, pipelineOf } from '#shared/saved-config.ts';
import type { NamedPlan } from '#shared/api/analysis.ts';
import { isImported } from '#shared/imported.ts';
import { effectsFigure } from '../../figures/compared-effects.ts';
import { curvesFigure } from '../../figures/curves.ts';
import { credenceVersion } from '../../resources.ts';
import { Markup, markup, notationHtml } from '../markup.ts';
import { pageSvg } from '../page-figure.ts';
import { noted, registeredSection, warned } from '../registered-section.ts';
import { fewSeeds, unbroken } from '../sections.ts';
import { STYLE } from '../style.ts';
import { GROUPED_HOW, NOT_GROUPED } from '#shared/group-words.ts';
import { measuredEffects, measuredSide, type ComparisonInput } from './input.ts';
import { overSide, type ComparedExperiment } from './sides.ts';
import { plansSection } from './plans.ts';
import { comparisonTables, type Cell, type Table } from './tables.ts';

/** Before and after the configs in the page: `credence repeat` finds them by it. */
export const CONFIGS_MARK = '<pre class="configs">';

/** Before what was asked of them, as YAML: `effects`, `margin`, `group` and `plan` as options of `credence compare` take them. */
export const ASKED_MARK = '<pre class="asked">';

/**
 * The report as one page.
 * @param plans seeds that would decide it (`plansOf`)
 * @param made when, ISO 8601
 */
export function comparisonHtml(
  input: ComparisonInput,
  plans: readonly NamedPlan[],
  made = new Date().toISOString(),
): string {
  const [first, ...others] = input.sides.map(({ name }) => name);
  const title = others.length === 0 ? first : `${others.join(', ')} against ${first}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Credence ${credenceVersion()}">
<title>${title} – Credence comparison</title>
<style>${new Markup(STYLE)}</style>
</head>
<body><main>
<header><p class="kicker">Credence comparison · experiments ${input.compared.map(({ experiment }) => experiment.id).join(', ')}</p>
<h1>${title}</h1>
<p class="meta">${made.slice(0, 16).replace('T', ' ')} UTC · ${input.sides.map(({ effects }) => seedCount(effects.n)).join(', ')}</p></header>
${registeredSection(input.registered)}
${findingsSection(input)}
${groupsSection(input)}
${setupSection(input)}
${differencesSection(input)}
${curvesSection(input)}
${effectsSection(input)}
${comparisonTables(input).map((table) => tableSection(table, input))}
${plansSection(plans, input.sides[0].effects.metric)}
${repeatSection(input)}
<footer>Made by Credence ${credenceVersion()}, a lab for implicit meta-learning. Method: Krasheninnikov et al., arXiv 2310.15047. How each number is worked out: docs/statistics.md.</footer>
</main></body>
</html>
`.text;
}

function findingsSection({ compared, sides, comparisons, remarks, registered }: ComparisonInput): Markup {
  const added = compared.flatMap(({ experiment }) => {
    const note = addedSeedsNote(experiment.added_seeds);
    return note ? [`“${experiment.name}”: ${note}`] : [];
  });
  return markup`<section class="finding long"><h2>What was found</h2>
<p class="hint">${registered.outcomes.length > 0 ? EXPLORATORY : NOT_REGISTERED}</p>
${remarks.map(warned)}
${comparisons.map(({ sentence, notes }) => markup`<p class="stated">${unbroken(sentence)}</p>${notes.map(noted)}`)}
${sides.map(({ name, effects }) => markup`<p class="hint">“${name}” by itself: ${unbroken(findingSentence(effects))}</p>`)}
${added.map(warned)}</section>`;
}

/** What each group is over, and what its experiments found by themselves. */
function groupsSection({ sides, compared, measured, contrasts, by }: ComparisonInput): Markup | null {
  if (by === null) return null;
  const alone = measuredEffects(contrasts, compared.map(measuredSide));
  const cells = (effects: readonly (TagEffect | null)[]) =>
    effects.map(
      (effect) => markup`<td class="number">${effect ? intervalText(effect, effect.metric, true) : '–'}</td>`,
    );
  const rows = sides.map((side, place) => [
    groupRow(
      markup`<strong>${side.name}</strong>: ${overSide(side)}`,
      cells(measured.map(({ effects }) => effects[place])),
    ),
    ...compared.flatMap(({ experiment }, i) =>
      side.experiments.includes(experiment)
        ? [
            groupRow(
              markup`<span class="member">${experiment.name} (${experiment.id})</span>`,
              cells(alone.map(({ effects }) => effects[i])),
            ),
          ]
        : [],
    ),
  ]);
  return markup`<section class="long"><h2>Groups and their experiments</h2><p class="hint">By ${by.join(', ')}: ${GROUPED_HOW}. ${NOT_GROUPED}</p>
<div class="scroll"><table><thead><tr><th></th>${contrasts.map((contrast) => markup`<th class="number">${contrastTitle(contrast)}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

const groupRow = (name: Markup, cells: readonly Markup[]) => markup`<tr>${nameCell(name)}${cells}</tr>
`;

function setupSection({ compared }: ComparisonInput): Markup {
  const rows = compared.map(setupOf);
  const fields = Object.keys(rows[0]);
  return markup`<section><h2>Setup</h2><div class="scroll"><table><thead><tr><th></th>${compared.map(headOf)}</tr></thead>
<tbody>${fields.map(
    (field) => markup`<tr><td>${field}</td>${rows.map((row) => markup`<td>${row[field]}</td>`)}</tr>
`,
  )}</tbody></table></div></section>`;
}

const headOf = ({ experiment: { id, name } }: ComparedExperiment) => markup`<th>${name} (${id})</th>`;

function setupOf({ experiment, runs }: ComparedExperiment): Record<string, string> {
  const { config, version, created_at, dataset_report: report } = experiment;
  const done = runs.filter(({ run }) => run.state === 'done').map(({ run }) => run);
  const distinct = (values: (string | null)[]) => [...new Set(values.filter(Boolean))].join(', ') || '–';
  const seconds = runs.reduce((sum, { run }) => sum + run.seconds, 0);
  return {
    Task: config.task,
    Data: dataText(config) + (report ? `, ${report.rowsKept} rows` : ''),
    'SHA-256 of files': filesOf(isImported(config) ? config.source.files : (report?.files ?? [])),
    Model: modelText(config),
    Pipeline: `${pipelineOf(config)} (${plannedSpans(config)
      .map(({ stage, from, to }) => `${stageText(stage)}: ${plural(to - from, 'epoch')}`)
      .join(', ')})`,
    Seeds: config.seeds.join(', '),
    Runs: `${done.length} of ${runs.length} finished${seconds > 0 ? `, ${duration(seconds)} of training` : ''}`,
    'Trained on': distinct(done.map(({ engine, device }) => [engine, device].filter(Boolean).join(', '))),
    Made: `${created_at.slice(0, 16).replace('T', ' ')} UTC, Credence ${version}`,
  };
}

function filesOf(files: readonly { sha256: string }[]): string {
  return files.length === 0
    ? 'no files: made by a seed'
    : files.map(({ sha256 }) => sha256.slice(0, 16)).join(', ');
}

function differencesSection({ compared, differences }: ComparisonInput): Markup {
  const rows = differences
    .filter(({ field }) => field !== 'name')
    .map(
      ({ field, values }) =>
        markup`<tr><td>${fieldTitle(field)} <code>${field}</code></td>${values.map((value) => markup`<td>${value === undefined || value === null ? '–' : showValue(value, 80)}</td>`)}</tr>
`,
    );
  return markup`<section><h2>What differs in the configs</h2>${
    rows.length === 0
      ? markup`<p>Nothing but the names.</p>`
      : markup`<div class="scroll"><table><thead><tr><th>Field</th>${compared.map(headOf)}</tr></thead><tbody>${rows}</tbody></table></div>`
  }</section>`;
}

/** Of all sides beside each other, on axes of one height where the metric is the same. */
function curvesSection({ sides }: ComparisonInput): Markup | null {
  const figure = curvesFigure(sides);
  if (figure === null) return null;
  const seeds = sides.flatMap(({ effects: { n } }) => (n > 0 ? n : []));
  return markup`<section class="figure"><h2>Learning curves</h2>${fewSeeds(...seeds)}${new Markup(pageSvg(figure))}</section>`;
}

/** Effects below each other; experiments of a group are open marks beside its mean, as everywhere. */
function effectsSection(input: ComparisonInput): Markup | null {
  const figure = effectsFigure(input);
  if (figure === null) return null;
  const seeds = input.measured.flatMap(({ effects }) => effects.flatMap((effect) => effect?.n ?? []));
  return markup`<section class="figure"><h2>Effects per seed</h2>${fewSeeds(...seeds)}${new Markup(pageSvg(figure))}</section>`;
}

function tableSection({ title, note, columns, rows }: Table, { sides }: ComparisonInput): Markup {
  const kind = (column: number) => (columns[column].number ? 'number' : 'whole');
  return markup`<section class="long"><h2>${title}</h2><p class="hint">${note}</p>
${fewSeeds(...sides.flatMap(({ effects }) => seedsBehind(effects)))}<div class="scroll"><table><thead><tr>${columns.map(({ head }, i) => markup`<th class="${kind(i)}">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (
      row,
    ) => markup`<tr>${row.map((cell, i) => (columns[i].number ? markup`<td class="number">${cellHtml(cell)}</td>` : nameCell(cellHtml(cell))))}</tr>
`,
  )}</tbody></table></div></section>`;
}

/** A long name takes several lines. */
const nameCell = (name: Markup | string) => markup`<td class="whole"><span class="name">${name}</span></td>`;

const cellHtml = (cell: Cell) => (typeof cell === 'string' ? cell : notationHtml(cell.notation));

function repeatSection({ compared, contrasts, margin, by, planned }: ComparisonInput): Markup {
  const configs = stringify(compared.map(({ experiment }) => experiment.config));
  const { metric } = compared[0].effects;
  const asked = stringify({
    effects: contrasts.map(({ id }) => id).join(','),
    ...(margin === null ? {} : { margin: writtenSize(margin, metric) }),
    ...(by === null ? {} : { group: by.join(',') }),
    ...(planned === 't' ? {} : { plan: planned }),
  });
  const [cpu] = cpus();
  const foreign = compared.some(({ experiment }) => isImported(experiment.config));
  const how = foreign
    ? markup`<p class="hint">Some of it was imported from another program and cannot be trained again from this page: run it there, import its files, and compare. The source below says which files they were, and how they were read.</p>`
    : markup`<p class="hint">One command trains all of it again from this page and compares it; the same seeds on the same engine give the same numbers. Tables of your own have to lie where the configs say.</p>
<pre>credence repeat REPORT.html</pre>
<p class="hint">It asks the same of them:</p>
${new Markup(ASKED_MARK)}${asked}</pre>`;
  return markup`<section class="long"><h2>Repeat it</h2>
${how}
<p class="hint">Written by Credence ${credenceVersion()} with Node ${process.versions.node} on ${process.platform} ${process.arch}, ${cpu?.model.trim() ?? 'an unknown processor'}, ${cpus().length} cores, ${sizeText(totalmem())} of memory.</p>
<details open><summary>Configs, with every default filled in</summary>${new Markup(CONFIGS_MARK)}${configs}</pre></details></section>`;
}
