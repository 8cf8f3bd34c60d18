/** `credence analyse`: what changed inside the models of an experiment. */
import {
  ANALYSES,
  analysisParamsSchema,
  type AnalysisKind,
  type AnalysisParams,
  type ProbeLabel,
} from '#shared/analysis.ts';
import { duration } from '#shared/duration.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { readWhole, parseSeeds } from '#shared/resolve-config.ts';
import { insideSummary } from '#shared/stats/inside.ts';
import { isSubsetName } from '#shared/subsets.ts';
import {
  checkOutFile,
  comparedFile,
  comparedJson,
  insideFile,
  insideJson,
  isDone,
  type InsideFound,
} from '../../analysis/files.ts';
import { writeWhole } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { openExisting, parseId, sweepNumber } from '../history-option.ts';
import { printCompared, printInside } from '../inside-tables.ts';
import { bold, dim, note, print, printJson, red } from '../output.ts';
import { endAnalyses, runAnalyses } from '../run-analyses.ts';

export interface AnalyseOptions {
  probe?: boolean;
  gradients?: boolean;
  entropy?: boolean;
  moves?: boolean;
  stage?: string;
  label?: string;
  template?: string;
  most?: string;
  seeds?: string;
  jobs?: string;
  out?: string;
  db?: string;
  json?: boolean;
}

/** Looks at an experiment, or at every combination of a sweep (`s3`). @returns the exit code */
export async function analyseCommand(id: string, options: AnalyseOptions): Promise<number> {
  const sweep = sweepNumber(id);
  const number = sweep ?? parseId(id);
  const params = paramsOf(options);
  const seeds = options.seeds === undefined ? null : parseSeeds(options.seeds, '--seeds');
  const jobs = parseJobs(options.jobs);
  if (options.out !== undefined) checkOutFile(options.out);
  const history = openExisting(options.db);
  try {
    const whole = sweep === null ? null : history.getSweep(sweep);
    const experiments = whole ? whole.experiments.map((cell) => cell.id) : [number];
    const wishes = experiments.map((experiment) => ({ experiment, params, seeds }));
    const ids = await runAnalyses(history, wishes, { quiet: options.json === true, jobs });
    const found = ids.map((analysis) => foundOf(history, analysis));
    if (options.json) printJson(whole ? comparedJson(found, whole.name) : insideJson(found[0]));
    else tell(found, sweep);
    if (options.out !== undefined) write(options.out, found, whole?.name ?? null);
    return await endAnalyses(history, ids);
  } finally {
    history.close();
  }
}

function foundOf(history: History, analysis: number): InsideFound {
  const record = history.getAnalysis(analysis);
  const results = history.analysisResults(analysis);
  const { name } = history.getExperiment(record.experiment);
  return { record, name, results, summary: insideSummary(record.params.kind, results) };
}

/** @param sweep name of the sweep whose experiments stand beside each other; null for one experiment */
function write(file: string, found: readonly InsideFound[], sweep: string | null): void {
  const done = found.filter(isDone);
  if (done.length === 0) return note(`nothing is done: ${file} was not written`);
  writeWhole(file, sweep === null ? insideFile(file, done[0]) : comparedFile(file, done, sweep));
  note(`wrote ${file}`);
}

function tell(found: readonly InsideFound[], sweep: number | null): void {
  for (const each of found) tellOpen(each);
  if (sweep === null) found.forEach(tellWhole);
  else tellSweep(found, sweep);
  const parts = found.flatMap(({ record }) => record.parts);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  print(dim(`\n${duration(seconds)} of computing over ${parts.length} runs.`));
}

/** What has not been done, and why. */
function tellOpen({ record: { parts, experiment } }: InsideFound): void {
  for (const { seed, state, error } of parts)
    if (state !== 'done')
      note(red(`experiment ${experiment}, seed ${seed}: ${state}${error ? `: ${error.message}` : ''}`));
}

function tellWhole({ record: { experiment, params }, summary }: InsideFound): void {
  if (summary === null) return print('No seed is done.');
  print(`${bold(ANALYSES[params.kind].label)}, experiment ${experiment}`);
  printInside(summary);
}

/** The numbers of all combinations, one a row. */
function tellSweep(found: readonly InsideFound[], sweep: number): void {
  print(`${bold(ANALYSES[found[0].record.params.kind].label)}, sweep s${sweep}`);
  const done = found.filter(isDone);
  if (done.length > 0) printCompared(done);
}

const KINDS: Record<AnalysisKind, keyof AnalyseOptions> = {
  probes: 'probe',
  gradients: 'gradients',
  entropy: 'entropy',
  moves: 'moves',
};

/** @throws UserError `analyse.*` where options do not say one analysis, or do not belong to it */
function paramsOf(options: AnalyseOptions): AnalysisParams {
  const chosen = (Object.keys(KINDS) as AnalysisKind[]).filter((kind) => options[KINDS[kind]]);
  const [kind] = chosen;
  if (chosen.length !== 1 || kind === undefined)
    throw new UserError(
      'analyse.kind',
      `analyse: ${chosen.length === 0 ? 'nothing is asked for' : 'one analysis at a time'}; give one of --probe, --gradients, --entropy, --moves`,
    );
  const given = {
    ...(options.stage !== undefined && { stage: options.stage }),
    ...(options.label !== undefined && { label: parseLabel(options.label) }),
    ...(options.template !== undefined && { template: options.template }),
    ...(options.most !== undefined && { most: parseMost(options.most) }),
  };
  const parsed = analysisParamsSchema.safeParse({ kind, ...given });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = 'keys' in issue ? (issue.keys as string[])[0] : undefined;
  if (unknown !== undefined)
    throw new UserError('analyse.option', `--${unknown}: --${KINDS[kind]} has no such choice; leave it out`);
  const field = String(issue.path[0] ?? 'label');
  throw new UserError(
    'analyse.option',
    `--${field}: ${showValue(options[field as keyof AnalyseOptions])} will not do: ${issue.message}`,
  );
}

function parseMost(text: string): number {
  const most = readWhole(text);
  if (most !== null) return most;
  throw new UserError('analyse.option', `--most: ${showValue(text)} is not a whole number`);
}

/** `qd1consis,qd2incons`, `tag`, `right`, `right:q`, `value:gender`, `value:gender=male`. */
function parseLabel(text: string): ProbeLabel {
  const [by, rest] = text.split(/:(.*)/s, 2) as [string, string | undefined];
  if (by === 'tag' && rest === undefined) return { by: 'tag' };
  if (by === 'right' && (rest === undefined || isSubsetName(rest)))
    return { by: 'right', subset: rest ?? null };
  if (by === 'value' && rest) {
    const [attribute, value] = rest.split(/=(.*)/s, 2) as [string, string | undefined];
    return { by: 'value', attribute, value: value ?? null, subset: null };
  }
  const [first, second, ...more] = text.split(',').map((part) => part.trim());
  if (more.length === 0 && isSubsetName(first) && isSubsetName(second ?? ''))
    return { by: 'subsets', first, second: second as typeof first };
  throw new UserError(
    'analyse.label',
    `--label: ${showValue(text)} names no two groups; write qd1consis,qd2incons, or tag, right, value:ATTRIBUTE or value:ATTRIBUTE=VALUE`,
  );
}

function parseJobs(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new UserError('analyse.jobs', `--jobs: ${showValue(text)} is not a whole number from 1 to 999`);
}
