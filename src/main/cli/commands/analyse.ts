/** `credence analyse`: what changed inside the models of an experiment. */
import {
  ANALYSES,
  analysisParamsSchema,
  type AnalysisKind,
  type AnalysisParams,
  type AnalysisRecord,
  type PartResult,
  type ProbeLabel,
} from '#shared/analysis.ts';
import { duration } from '#shared/duration.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { readWhole, parseSeeds } from '#shared/resolve-config.ts';
import { insideSummary, type InsideSummary } from '#shared/stats/inside.ts';
import { isSubsetName } from '#shared/subsets.ts';
import { cellLabel } from '#shared/sweep.ts';
import { checkOutFile, insideFile } from '../../analysis/files.ts';
import { writeWhole } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { openExisting, parseId, sweepNumber } from '../history-option.ts';
import { printHeadlines, printInside } from '../inside-tables.ts';
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
  if (options.out !== undefined && sweep !== null)
    throw new UserError('analyse.out', '--out: a sweep has many figures; name one of its experiments');
  const history = openExisting(options.db);
  try {
    const experiments =
      sweep === null ? [number] : history.getSweep(sweep).experiments.map((cell) => cell.id);
    const wishes = experiments.map((experiment) => ({ experiment, params, seeds }));
    const ids = await runAnalyses(history, wishes, { quiet: options.json === true, jobs });
    const found = ids.map((analysis) => foundOf(history, analysis));
    if (options.json) printJson(sweep === null ? found[0] : found);
    else tell(history, found, sweep);
    if (options.out !== undefined) write(options.out, history, found[0]);
    return await endAnalyses(history, ids);
  } finally {
    history.close();
  }
}

type Found = AnalysisRecord & { summary: InsideSummary | null; results: PartResult[] };

function foundOf(history: History, analysis: number): Found {
  const record = history.getAnalysis(analysis);
  const results = history.analysisResults(analysis);
  return { ...record, summary: insideSummary(record.params.kind, results), results };
}

function write(file: string, history: History, { summary, results, ...record }: Found): void {
  if (!summary) return;
  const { name } = history.getExperiment(record.experiment);
  writeWhole(file, insideFile(file, { record, summary, results, name }));
  note(`wrote ${file}`);
}

function tell(history: History, found: readonly Found[], sweep: number | null): void {
  for (const each of found) tellOpen(each);
  if (sweep === null) found.forEach(tellWhole);
  else tellSweep(history, found, sweep);
  const parts = found.flatMap((each) => each.parts);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  print(dim(`\n${duration(seconds)} of computing over ${parts.length} runs.`));
}

/** What has not been done, and why. */
function tellOpen({ parts, experiment }: Found): void {
  for (const { seed, state, error } of parts)
    if (state !== 'done')
      note(red(`experiment ${experiment}, seed ${seed}: ${state}${error ? `: ${error.message}` : ''}`));
}

function tellWhole({ experiment, params, summary }: Found): void {
  if (summary === null) return print('No seed is done.');
  print(`${bold(ANALYSES[params.kind].label)}, experiment ${experiment}`);
  printInside(summary);
}

/** The numbers of all combinations, one a row. */
function tellSweep(history: History, found: readonly Found[], sweep: number): void {
  const cells = new Map(history.getSweep(sweep).experiments.map(({ id, cell }) => [id, cellLabel(cell)]));
  print(`${bold(ANALYSES[found[0].params.kind].label)}, sweep s${sweep}`);
  printHeadlines(
    found.flatMap(({ experiment, summary }) =>
      summary ? [{ label: `${experiment} ${cells.get(experiment) ?? ''}`, summary }] : [],
    ),
  );
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
