/** What is said of imported runs beside their numbers. */
import { plural } from '#shared/counting.ts';
import { runLabel } from '#shared/planned-runs.ts';
import type { StagePoints } from './points.ts';
import type { RunStages } from './run-stages.ts';

/** How runs were told apart where their source leaves it open. */
export function startRemarks(all: readonly StagePoints[]): string[] {
  const stages = all.filter(({ place }) => !place.exact);
  const seeds2 = new Set(stages.flatMap(({ place }) => place.seed_stage2 ?? []));
  const starts = new Set(stages.flatMap(({ place }) => place.from_epoch ?? []));
  return [
    ...(seeds2.size === 1
      ? [`there is one stage-2 seed, ${[...seeds2][0]}: runs are told apart by their seed alone`]
      : []),
    ...(starts.size > 0
      ? [
          `epoch ${Math.max(...starts)} of the stage before is the last that stage 2 begins with, and is taken for its end`,
        ]
      : []),
  ];
}

/** @param left numbers that are not of all wordings of their test */
export const partialRemark = (left: number) =>
  left > 0
    ? [
        `${plural(left, 'number')} left out: there are several wordings of the test, and not all of them were asked then`,
      ]
    : [];

/** Which runs ended before their last stage did. */
export function unfinishedRemark(runs: readonly RunStages[]): string[] {
  const early = runs.filter(({ ended: { state } }) => state !== 'done');
  if (early.length === 0) return [];
  return [`${plural(early.length, 'run')} did not finish, and enter curves alone: ${endsOf(early)}`];
}

/** Which runs measured nothing. */
export function emptyRemark(runs: readonly RunStages[]): string[] {
  return runs.length === 0 ? [] : [`${plural(runs.length, 'run')} without numbers: ${endsOf(runs)}`];
}

/** The first of them, with how each ended. */
function endsOf(runs: readonly RunStages[]): string {
  const named = runs
    .slice(0, MOST_NAMED)
    .map(({ run, ended: { state, error } }) => `${runLabel(run)} (${shortened(error?.message ?? state)})`);
  const more = runs.length > named.length ? ` and ${runs.length - named.length} more` : '';
  return `${named.join(', ')}${more}`;
}

const MOST_NAMED = 8;
const MOST_WORDS = 120;

/** All of a cause stands with its run. */
const shortened = (text: string) => (text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS - 1)}…` : text);
