/** Raw configs with a `sweep` part, judged as a whole: the fields, the part itself, and every combination. */
import type { JudgedSweep, ResolvedConfig } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { toFieldError, UserError, type FieldError } from '#shared/errors.ts';
import { plannedRuns } from '#shared/planned-runs.ts';
import {
  cellLabel,
  parseSweep,
  splitSweep,
  sweepCells,
  withCell,
  type SweepCell,
  type SweepSpec,
} from '#shared/sweep.ts';
import type { SweepPlan } from '../experiments/config-file.ts';
import { judge, readConfig } from './configs.ts';
import type { Context } from './context.ts';

/** Problems of combinations that are told at once. */
const MOST_PROBLEMS = 12;

type Home = Pick<Context, 'home'>;

/**
 * A complete config and how it is swept, where it is.
 * @throws UserError as `readConfig` and `parseSweep`
 */
export function readDesign(
  context: Home,
  raw: unknown,
): { config: ExperimentConfig; sweep: SweepSpec | null } {
  const { fields, sweep } = splitSweep(raw);
  return { config: readConfig(context, fields), sweep: sweep === undefined ? null : parseSweep(sweep) };
}

/**
 * A sweep with a complete config for each combination.
 * @throws UserError `sweep.missing` where the config has no `sweep` part; as `readConfig` and `parseSweep`
 */
export function planSweep(context: Home, raw: unknown): SweepPlan {
  const { fields, sweep } = splitSweep(raw);
  if (sweep === undefined)
    throw new UserError(
      'sweep.missing',
      'sweep: is missing; add the fields to sweep, for example { over: { tags.correlation: [0.5, 1] } }',
    );
  const { name } = readConfig(context, fields);
  const spec = parseSweep(sweep);
  const cells = sweepCells(spec).map((cell) => ({
    cell,
    config: readConfig(context, withCell(fields, cell, name)),
  }));
  return { name, spec, cells };
}

/** Everything that is wrong with a config and its combinations and can be told without reading data. */
export function judgeDesign(context: Home, raw: unknown): ResolvedConfig {
  const { fields, sweep: part } = splitSweep(raw);
  const { config, problems } = judge(context, fields);
  if (part === undefined) return { config, problems, sweep: null };
  const { sweep, problems: own } = judgeSweep(context, fields, config, part);
  return { config, problems: [...problems, ...own], sweep };
}

function judgeSweep(
  context: Home,
  fields: unknown,
  config: ExperimentConfig | null,
  part: unknown,
): { sweep: JudgedSweep; problems: FieldError[] } {
  try {
    const spec = parseSweep(part);
    const cells = sweepCells(spec);
    // What is wrong with the config itself would be wrong with every combination of it.
    if (!config) return { sweep: { spec, cells, runs: null }, problems: [] };
    return judgeCells(context, fields, config.name, spec, cells);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { sweep: { spec: null, cells: [], runs: null }, problems: [toFieldError(error)] };
  }
}

function judgeCells(
  context: Home,
  fields: unknown,
  name: string,
  spec: SweepSpec,
  cells: SweepCell[],
): { sweep: JudgedSweep; problems: FieldError[] } {
  const swept = Object.keys(spec.over);
  const judged = cells.map((cell) => ({ cell, ...judge(context, withCell(fields, cell, name)) }));
  const problems = judged.flatMap(({ cell, problems: of }) =>
    of.map((problem) => ({ cell, problem: atSweptField(problem, swept) })),
  );
  const runs = judged.reduce((sum, { config }) => sum + (config ? plannedRuns(config).length : 0), 0);
  return {
    sweep: { spec, cells, runs: problems.length > 0 ? null : runs },
    problems: distinct(problems),
  };
}

/** A problem of a field that is swept is one of its values: it is shown where those are written. */
function atSweptField(problem: FieldError, swept: readonly string[]): FieldError {
  const field = swept.find((each) => problem.field === each || problem.field?.startsWith(`${each}.`));
  return field ? { ...problem, field: `sweep.over.${field}` } : problem;
}

/** Each problem once, with the first combination that has it; a combination is named once. */
function distinct(problems: readonly { cell: SweepCell; problem: FieldError }[]): FieldError[] {
  const byMessage = new Map(problems.toReversed().map((each) => [each.problem.message, each]));
  const told = [...byMessage.values()].toReversed().slice(0, MOST_PROBLEMS);
  return told.map(({ cell, problem }, i) => {
    const where = cell === told[i - 1]?.cell ? 'there too' : `in the combination ${cellLabel(cell)}`;
    return { ...problem, message: `${problem.message} (${where})` };
  });
}
