/** `credence analyse`: what changed inside the models of an experiment. */
import {
  ANALYSES,
  analysisParamsSchema,
  type AnalysisKind,
  type AnalysisParams,
  type AnalysisRecord,
  type ProbeLabel,
} from '#shared/analysis.ts';
import { duration } from '#shared/duration.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { visible } from '#shared/plain-text.ts';
import { readWhole, parseSeeds } from '#shared/resolve-config.ts';
import { insideSummary, type InsideSummary } from '#shared/stats/inside.ts';
import { isSubsetName } from '#shared/subsets.ts';
import { AnalysisQueue } from '../../analysis/queue.ts';
import { checkOutFile, insideFile, type InsideFile } from '../../analysis/files.ts';
import { writeWhole } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { forkTrainer } from '../../runs/fork-link.ts';
import { brokenOutput, onStop, stopCause } from '../../stopping.ts';
import { EXIT } from '../exit.ts';
import { openExisting, parseId } from '../history-option.ts';
import { bold, dim, note, print, printJson, red, yellow } from '../output.ts';
import { printInside } from '../inside-tables.ts';

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

/** @returns the exit code */
export async function analyseCommand(id: string, options: AnalyseOptions): Promise<number> {
  const experiment = parseId(id);
  const params = paramsOf(options);
  const seeds = options.seeds === undefined ? null : parseSeeds(options.seeds, '--seeds');
  const jobs = parseJobs(options.jobs);
  if (options.out !== undefined) checkOutFile(options.out);
  const history = openExisting(options.db);
  try {
    const { name } = history.getExperiment(experiment);
    const view = createView(options.json === true);
    const queue = new AnalysisQueue({
      ...{ history, launch: forkTrainer, ...(jobs !== null && { slots: jobs }) },
      listener: { changed: () => view.show(queue) },
    });
    const { id: analysis, runs, left } = queue.start(experiment, params, seeds);
    for (const line of left) note(yellow(`note: left out: ${line}`));
    const total = history.getAnalysis(analysis).parts.length;
    if (!options.json)
      note(
        `${visible(name)}, ${ANALYSES[params.kind].label}: ${runs.length} of ${total} runs to look at${runs.length < total ? ', the others are done' : ''}`,
      );
    view.total(runs.length);
    onStop((cause) => {
      note(`credence: stopping (${cause.name}); what was found is kept`);
      void queue.close(cause.name === 'SIGINT' ? 'cancelled' : 'interrupted');
    });
    await queue.drain();
    view.close();
    return await report(history, analysis, options);
  } finally {
    history.close();
  }
}

async function report(history: History, analysis: number, options: AnalyseOptions): Promise<number> {
  const record = history.getAnalysis(analysis);
  const results = history.analysisResults(analysis);
  const summary = insideSummary(record.params.kind, results);
  if (options.json) printJson({ ...record, summary, results });
  else tell(record, summary);
  if (options.out !== undefined && summary)
    write(options.out, { record, summary, results, name: history.getExperiment(record.experiment).name });
  const cause = stopCause();
  if (cause !== null) note(`credence: stopped by ${cause.name}; the same command goes on with what is left`);
  if (cause !== null) return cause.code;
  if (record.parts.some(({ state }) => state !== 'done')) return EXIT.failed;
  return (await brokenOutput())?.code ?? EXIT.ok;
}

function write(file: string, given: InsideFile): void {
  writeWhole(file, insideFile(file, given));
  note(`wrote ${file}`);
}

function tell({ parts, experiment, params }: AnalysisRecord, summary: InsideSummary | null): void {
  for (const { seed, state, error } of parts)
    if (state !== 'done') note(red(`seed ${seed}: ${state}${error ? `: ${error.message}` : ''}`));
  if (summary === null) return print('No seed is done.');
  print(`${bold(ANALYSES[params.kind].label)}, experiment ${experiment}`);
  printInside(summary);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  print(dim(`\n${duration(seconds)} of computing over ${parts.length} runs.`));
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

/** Milliseconds between two lines about how far it is. */
const LINE_EVERY = 3000;

function createView(quiet: boolean) {
  const terminal = process.stderr.isTTY;
  const begun = performance.now();
  let last = begun;
  let shown = 0;
  let total = 1;
  return {
    total(runs: number) {
      total = Math.max(1, runs);
    },
    show(queue: AnalysisQueue) {
      const now = performance.now();
      if (quiet || now - last < (terminal ? 200 : LINE_EVERY)) return;
      last = now;
      const open = queue.progress();
      const share = (total - queue.left() + open.reduce((sum, part) => sum + part.share, 0)) / total;
      const left = share > 0.02 ? duration(((now - begun) / 1000 / share) * (1 - share)) : null;
      const text = `looking: ${Math.floor(100 * share)}%  ${left === null ? 'estimating' : `${left} left`}`;
      if (!terminal) return note(text);
      process.stderr.write(`\r${text.padEnd(shown)}`);
      shown = text.length;
    },
    close() {
      if (shown > 0) process.stderr.write(`\r${' '.repeat(shown)}\r`);
      shown = 0;
    },
  };
}
