/** What became of every key of a file. */
import { closest } from 'fastest-levenshtein';
import type { AuthorsKey } from '#shared/authors.ts';
import { showValue } from '#shared/errors.ts';
import { checkValue, type AuthorsArguments, type Entry } from './arguments.ts';
import { KEYS, PARTS, SEARCH_PART, STAGE_PARTS, type KnownKey } from './keys.ts';
import type { Situation, Value, Verdict } from './rules.ts';

const none = (fate: Verdict['fate'], note: string): Verdict => ({ fate, to: [], note });

/**
 * The fate of each key in the order of the file.
 * @throws UserError `authors.value` for a value that the authors' code could not use
 */
export function fatesOf(file: AuthorsArguments): AuthorsKey[] {
  return file.entries.map((entry) => {
    const known = isPart(entry.part) ? KEYS.get(entry.key) : undefined;
    const verdict = known ? judge(file, entry, known) : unknown(entry);
    if (known && verdict.fate !== 'ignored') checkValue(entry, known.rule);
    return shown(entry, verdict);
  });
}

/** Mapped keys that the file leaves out, at the authors' defaults. */
export function defaultsOf(file: AuthorsArguments): AuthorsKey[] {
  const given = new Set(file.entries.map(({ key }) => key));
  return [...KEYS]
    .filter(([key]) => !given.has(key))
    .map(([key, known]) => {
      const entry = { part: known.part, key, value: known.rule.default };
      return shown(entry, judge(file, entry, known));
    })
    .filter(({ fate, to }) => fate === 'mapped' && to.length > 0);
}

/** Whether the authors' code looks into a part. */
const isPart = (part: string) => part in PARTS || STAGE_PARTS.includes(part);

function shown({ part, key, value }: Entry, { fate, to, note }: Verdict): AuthorsKey {
  return { key: part ? `${part}.${key}` : key, value: showValue(value, 80), fate, to, note };
}

function judge(file: AuthorsArguments, entry: Entry, known: KnownKey): Verdict {
  const counts = stagesOf(file, entry);
  if (counts.length === 0) return none('ignored', absent(file, entry));
  const verdict = known.rule.verdict(entry.value as Value, situation(file, counts));
  if (verdict.fate === 'ignored') return verdict;
  return withPlace(entry, known, differing(file, entry, inStages(file, verdict, counts)));
}

/** Their stages, from 0, in which an entry counts. */
function stagesOf({ stages, entries }: AuthorsArguments, { part, key }: Entry): number[] {
  const all = stages.map((_, i) => i);
  if (STAGE_PARTS.includes(part)) return all.filter((i) => STAGE_PARTS[i] === part);
  return all.filter((i) => !entries.some((each) => each.part === STAGE_PARTS[i] && each.key === key));
}

function absent({ stages }: AuthorsArguments, { part }: Entry): string {
  if (!STAGE_PARTS.includes(part)) return 'changed in every stage';
  return `there is no such stage: n_stages is ${stages.length}`;
}

function situation(file: AuthorsArguments, counts: readonly number[]): Situation {
  const { dataset, stages, pipeline } = file;
  return {
    dataset,
    values: stages[counts[0]],
    nStages: stages.length,
    beforeStage2: stages.length === 2 && counts.includes(0),
    order: pipeline.differs,
  };
}

/** The verdict with the names of our stages. */
function inStages({ pipeline }: AuthorsArguments, verdict: Verdict, counts: readonly number[]): Verdict {
  if (!verdict.to.some((field) => field.includes('{stage}'))) return verdict;
  const ours = counts.map((i) => pipeline.stages[i]).filter((stage) => stage !== null);
  if (ours.length === 0) return none('unsupported', pipeline.differs);
  const to = verdict.to.flatMap((field) => [
    ...new Set(ours.map((stage) => field.replace('{stage}', stage))),
  ]);
  return { ...verdict, to };
}

/** What holds for the whole run here may not change between their stages. */
function differing({ stages }: AuthorsArguments, { part, key, value }: Entry, verdict: Verdict): Verdict {
  const own = verdict.to.some((field) => /^training\.(?:stage|pipeline)/.test(field));
  if (own || verdict.fate !== 'mapped' || !STAGE_PARTS.includes(part) || stages[0][key] === value)
    return verdict;
  return none(
    'unsupported',
    `cannot change between stages here; that of the first stage (${showValue(stages[0][key])}) counts`,
  );
}

/** A key in another part than its own. */
function withPlace({ part }: Entry, known: KnownKey, verdict: Verdict): Verdict {
  if (part === known.part || !(part in PARTS)) return verdict;
  const place = `belongs in ${known.part}, where the authors' code looks for it`;
  return { ...verdict, note: [verdict.note, place].filter(Boolean).join('; ') };
}

function unknown({ part, key, value }: Entry): Verdict {
  if (part === SEARCH_PART) return none('ignored', 'only used with do_sweeps, a search by wandb');
  if (part !== '' && !isPart(part))
    return none(
      'unsupported',
      `the part ${part} is unknown; did you mean ${closest(part, [...Object.keys(PARTS), ...STAGE_PARTS])}?`,
    );
  const names = part in PARTS ? Object.keys(PARTS[part]) : [...KEYS.keys()];
  const what = typeof value === 'object' && value !== null ? 'a part that is unknown' : 'an unknown key';
  return none('unsupported', `${what}; did you mean ${closest(key, names)}?`);
}
