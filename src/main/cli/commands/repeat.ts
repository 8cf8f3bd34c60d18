/** `credence repeat`: a comparison trained again from its report. */
import { readFileSync } from 'node:fs';
import { unescape } from 'html-escaper';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ExperimentConfig } from '#shared/config.ts';
import { plural } from '#shared/counting.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { sizeOf } from '#shared/stats/equivalence.ts';
import { PLANNED_TESTS } from '#shared/stats/planned-tests.ts';
import { metricOf } from '#shared/tasks.ts';
import {
  checkExperiment,
  saveExperiment,
  slotsFor,
  togetherFor,
  type CheckedExperiment,
} from '../../experiments/experiment.ts';
import { interleaved } from '../../experiments/sweeps.ts';
import { contrastsNamed } from '../../report/comparison/input.ts';
import { ASKED_MARK, CONFIGS_MARK } from '../../report/comparison/report.ts';
import { openForCommand } from '../history-option.ts';
import { loadingOptions } from '../loading-view.ts';
import { bold, print } from '../output.ts';
import { endTraining, trainRuns, type TrainOptions } from '../train-runs.ts';
import { compareCommand } from './compare.ts';

/** Trains the experiments of a report anew and compares them. @returns the exit code */
export async function repeatCommand(file: string, options: TrainOptions): Promise<number> {
  const { configs, asked } = reportIn(file);
  slotsFor(1, options.jobs);
  togetherFor(options.together);
  // Nothing is saved before all of them are known to work here.
  const checked: CheckedExperiment[] = [];
  for (const config of configs) checked.push(await checkExperiment(config, loadingOptions()));
  const history = openForCommand(options.db);
  const { ids, stopped, done } = await (async () => {
    try {
      const created = configs.map((config, i) => saveExperiment(history, config, checked[i]));
      const numbers = created.map(({ experiment }) => experiment.id);
      if (!options.json)
        print(bold(`Repeating ${plural(numbers.length, 'experiment')}: ${numbers.join(', ')}`));
      const ended = await trainRuns(history, interleaved(created), options);
      const runs = numbers.flatMap((id) => history.runsOf(id));
      return { ids: numbers, stopped: ended, done: runs.every(({ state }) => state === 'done') };
    } finally {
      history.close();
    }
  })();
  await compareCommand(ids.map(String), { ...asked, db: options.db, json: options.json });
  return endTraining(stopped, done, ids.map((id) => `credence resume ${id}`).join('; '));
}

/** What a report compared, and what was asked of it: options of `credence compare`. */
interface ReportRead {
  configs: ExperimentConfig[];
  /** Empty where an earlier Credence wrote it, which asked for the headline effects. */
  asked: z.infer<typeof askedSchema>;
}

const askedSchema = z.object({
  effects: z.string().optional(),
  margin: z.string().optional(),
  group: z.string().optional(),
  plan: z.enum(PLANNED_TESTS).optional(),
});

/**
 * @throws UserError `repeat.file` where it is none, or its configs cannot be read here; `repeat.imported`;
 *   `compare.effect`, `stats.size`
 */
export function reportIn(file: string): ReportRead {
  const html = read(file);
  const configs = configsOf(file, block(html, CONFIGS_MARK));
  const { data: asked } = askedSchema.safeParse(block(html, ASKED_MARK) ?? {});
  if (!asked) throw noReport(file, 'what was asked in it cannot be read');
  // Known to work before anything is trained.
  if (asked.effects !== undefined) contrastsNamed(asked.effects.split(','));
  if (asked.margin !== undefined) sizeOf(asked.margin, 'margin', metricOf(configs[0]));
  return { configs, asked };
}

/** The YAML between a mark and the end of its element; null where there is none. */
function block(html: string, mark: string): unknown {
  const [, rest] = html.split(mark);
  const end = rest?.indexOf('</pre>') ?? -1;
  return end < 0 ? null : (parse(unescape(rest.slice(0, end))) as unknown);
}

function configsOf(file: string, raw: unknown): ExperimentConfig[] {
  if (raw === null) throw noReport(file, 'it carries no configs');
  if (!Array.isArray(raw) || raw.length < 2) throw noReport(file, 'it carries no two configs');
  const foreign = (raw as { task?: unknown; name?: unknown }[]).find(({ task }) => task === 'imported');
  if (foreign)
    throw new UserError(
      'repeat.imported',
      `${showValue(file)} compares ${showValue(foreign.name)}, which was imported from another program and cannot be trained here; run it there, import its files, and compare again`,
    );
  return raw.map((config) => resolveConfig(config));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw noReport(file, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

function noReport(file: string, why: string): UserError {
  return new UserError(
    'repeat.file',
    `${showValue(file)} is no report of a comparison (${why}); name a file that "credence compare --report" wrote`,
  );
}
