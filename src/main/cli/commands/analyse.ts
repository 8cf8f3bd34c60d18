/** `credence analyse`: what changed inside the models of an experiment. */
import {
  ANALYSES,
  analysisParamsSchema,
  type AnalysisKind,
  type AnalysisParams,
  type ProbeLabel,
} from '#shared/analysis.ts';
import { plural } from '#shared/counting.ts';
import { duration } from '#shared/duration.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { readWhole, parseSeeds } from '#shared/resolve-config.ts';
import { isSubsetName } from '#shared/subsets.ts';
import { visible } from '#shared/plain-text.ts';
import { insideBeside, insideSides } from '../../analysis/beside.ts';
import {
  checkOutFile,
  comparedFile,
  comparedJson,
  insideFile,
  insideJson,
  type InsideTogether,
} from '../../analysis/files.ts';
import { foundOf, isDone, type InsideFound } from '../../analysis/found.ts';
import { writeWhole } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { groupingBy } from '../../table/experiment-groups.ts';
import { tableOf } from '../../table/of-history.ts';
import { experimentsIn, openExisting, sweepNumber } from '../history-option.ts';
import { printCompared, printInside } from '../inside-tables.ts';
import { bold, dim, note, print, printJson, red, yellow } from '../output.ts';
import { endAnalyses, runAnalyses } from '../run-analyses.ts';
import { columnsIn } from './compare.ts';

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
  group?: string;
  db?: string;
  json?: boolean;
}

/**
 * Looks at an experiment, or at several beside each other (those of sweeps, as `s3`, are all of their combinations), each
 * by itself or grouped. @returns the exit code
 */
export async function analyseCommand(ids: readonly string[], options: AnalyseOptions): Promise<number> {
  const params = paramsOf(options);
  const seeds = options.seeds === undefined ? null : parseSeeds(options.seeds, '--seeds');
  const jobs = parseJobs(options.jobs);
  const by = columnsIn(options.group);
  if (options.out !== undefined) checkOutFile(options.out);
  const history = openExisting(options.db);
  try {
    const experiments = experimentsIn(history, ids);
    // Before hours of looking: a column that cannot group them is refused.
    const grouping = groupingBy({ history, table: tableOf(history) }, experiments, by);
    const wishes = experiments.map((experiment) => ({ experiment, params, seeds }));
    const analyses = await runAnalyses(history, wishes, { quiet: options.json === true, jobs });
    const given = analyses.map((analysis) => foundOf(history, analysis));
    const alone = ids.length === 1 && sweepNumber(ids[0]) === null && grouping === null;
    if (alone) tellAlone(given[0], options);
    else {
      const sides = insideSides(history, experiments, grouping);
      const beside = insideBeside(history, params.kind, sides, analyses);
      tellTogether({ name: nameOf(history, ids, experiments), given, beside, by }, options);
    }
    return await endAnalyses(history, analyses);
  } finally {
    history.close();
  }
}

/** What several belong to: the name of a sweep, or how many there are. */
function nameOf(history: History, ids: readonly string[], experiments: readonly number[]): string {
  const sweep = ids.length === 1 ? sweepNumber(ids[0]) : null;
  return sweep === null ? plural(experiments.length, 'experiment') : history.getSweep(sweep).name;
}

function tellAlone(found: InsideFound, { json, out }: AnalyseOptions): void {
  if (json) printJson(insideJson(found));
  else {
    tellOpen(found);
    tellWhole(found);
    tellTime([found]);
  }
  if (out === undefined) return;
  if (isDone(found)) write(out, insideFile(out, found));
  else note(`nothing is done: ${out} was not written`);
}

function tellTogether(together: InsideTogether, { json, out }: AnalyseOptions): void {
  const { given, beside, by, name } = together;
  for (const left of beside.left) note(yellow(`note: left out: ${left}`));
  if (json) printJson(comparedJson(together));
  else {
    for (const each of given) tellOpen(each);
    print(
      `${bold(ANALYSES[beside.kind].label)}, ${visible(name)}${by.length > 0 ? ` by ${by.join(', ')}` : ''}`,
    );
    if (beside.rows.length > 0) printCompared(beside.rows, by.length > 0 ? 'group' : 'experiment');
    tellTime(given);
  }
  if (out === undefined) return;
  if (beside.rows.length > 0) write(out, comparedFile(out, together));
  else note(`nothing is done: ${out} was not written`);
}

function write(file: string, text: string): void {
  writeWhole(file, text);
  note(`wrote ${file}`);
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

function tellTime(found: readonly InsideFound[]): void {
  const parts = found.flatMap(({ record }) => record.parts);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  print(dim(`\n${duration(seconds)} of computing over ${plural(parts.length, 'run')}.`));
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
