/** The report of an experiment: one HTML file that needs nothing else, its figure, and its config. */
import { addedSeedsNote } from '#shared/added-seeds.ts';
import type { AnalysisParams } from '#shared/analysis.ts';
import type { InsideSummary } from '#shared/stats/inside.ts';
import { metricOf } from '#shared/tasks.ts';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { duration } from '#shared/duration.ts';
import type { ExperimentRecord, RunEvaluations } from '#shared/records.ts';
import { effectsOf } from '#shared/stats/effects.ts';
import type { Registered } from '#shared/stats/registered.ts';
import { writeWhole } from '../files.ts';
import { curvesFigure } from '../figures/curves.ts';
import type { AnsweredPicture } from '#shared/api/analysis.ts';
import { chanceIn } from '#shared/saved-config.ts';
import { Markup, markup } from './markup.ts';
import { sidesOf } from './comparison/sides.ts';
import { pageSvg } from './page-figure.ts';
import { registeredSection } from './registered-section.ts';
import {
  answeredSection,
  droppedSection,
  readingSection,
  effectsSection,
  figureSection,
  findingSection,
  forestSection,
  insideSection,
  reproduceSection,
  runsSection,
  subsetsSection,
} from './sections.ts';
import { STYLE } from './style.ts';

export interface ReportInput {
  experiment: ExperimentRecord;
  /** All runs with all their evaluations; only finished ones enter the results. */
  runs: readonly RunEvaluations[];
  /** What was found inside the models, analysis by analysis. */
  inside?: readonly { params: AnalysisParams; summary: InsideSummary }[];
  /** What was fixed before it was run, and what came of it. */
  registered?: Registered;
  /** The data of one run with what it answered, where a task can be drawn so. */
  answered?: AnsweredPicture | null;
}

/** Where the parts of a report were written; without a finished run there is no figure. */
export interface ReportFiles {
  report: string;
  figure?: string;
  config: string;
}

const CONFIG_FILE = 'config.yaml';

/**
 * Writes `report.html`, `config.yaml` and, where a run has finished, `learning-curves.svg`, replacing older ones whole.
 * @param folder is created where it is missing
 * @throws UserError `report.write-failed`
 */
export function writeReport(folder: string, input: ReportInput): ReportFiles {
  const figure = figureSvg(input);
  const files: ReportFiles = {
    report: join(folder, 'report.html'),
    ...(figure !== null && { figure: join(folder, 'learning-curves.svg') }),
    config: join(folder, CONFIG_FILE),
  };
  const failure = {
    code: 'report.write-failed',
    message: (reason: string) =>
      `cannot write the report to ${folder}: choose a folder that can be written and has free space (${reason})`,
  };
  if (figure !== null && files.figure) writeWhole(files.figure, figure, failure);
  writeWhole(files.config, stringify(input.experiment.config), failure);
  writeWhole(files.report, reportHtml(input), failure);
  return files;
}

/** The learning curves over the finished runs, as an SVG document; nothing where there is none. */
export function figureSvg({ experiment, runs }: ReportInput): string | null {
  const figure = curvesFigure(sidesOf([{ experiment, runs: finished(runs) }], null));
  return figure && pageSvg(figure);
}

/** The report as one self-contained HTML page. */
export function reportHtml(input: ReportInput): string {
  const { experiment, runs } = input;
  const effects = effectsOf(runs, 'questions', metricOf(experiment.config));
  const curves = figureSvg(input);
  const figure = curves === null ? null : figureSection(new Markup(curves), effects.n, effects.metric);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Credence ${experiment.version}">
<title>${experiment.name} – Credence report</title>
<style>${new Markup(STYLE)}</style>
</head>
<body><main>
${header(input)}
${input.registered && registeredSection(input.registered)}
${findingSection(effects, addedSeedsNote(experiment.added_seeds))}
${figure}
${input.answered && answeredSection(input.answered)}
${effectsSection(effects)}
${subsetsSection(effects, chanceIn(experiment.config))}
${forestSection(effects)}
${input.inside?.map((each) => insideSection(each, experiment.name))}
${runsSection(runs.map(({ run }) => run))}
${readingSection(experiment.dataset_report)}
${droppedSection(experiment.dataset_report)}
${reproduceSection(experiment, CONFIG_FILE)}
<footer>Made by Credence ${experiment.version}, a lab for implicit meta-learning. Method: Krasheninnikov et al., arXiv 2310.15047.</footer>
</main></body>
</html>
`.text;
}

function header({ experiment, runs }: ReportInput): Markup {
  const seconds = runs.reduce((sum, { run }) => sum + run.seconds, 0);
  const meta = [
    `${finished(runs).length} of ${runs.length} runs finished`,
    `${duration(seconds)} of training`,
    `started ${experiment.created_at.slice(0, 16).replace('T', ' ')} UTC`,
  ];
  return markup`<header><p class="kicker">Credence report · experiment ${experiment.id}</p>
<h1>${experiment.name}</h1>
<p class="meta">${meta.join(' · ')}</p></header>`;
}

function finished(runs: readonly RunEvaluations[]): RunEvaluations[] {
  return runs.filter(({ run }) => run.state === 'done');
}
