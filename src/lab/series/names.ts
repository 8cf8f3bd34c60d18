/**
 * What the name of a logged number says: subset, test and metric. Understood are our own ids, what Hugging Face's
 * Trainer makes of a dictionary of data sets (`eval_d1consis_loss`, `eval/d1consis_loss`), and the test sets of the
 * authors' code (data_generation/define_experiment.py: `ent_assoc_who_d1consis`, `ent_assoc_letter0_q`, `…_swapped`).
 */
import type { MetricId } from '#shared/metrics.ts';
import { METRIC_TESTS, type MetricTest } from '#shared/records.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';

/** What was asked, and of which subset. */
export interface Asked {
  subset: TestSubset;
  test: MetricTest;
  /** Which of several wordings of the test, whose mean is taken; null where it is the whole test. */
  wording: string | null;
}

export interface LoggedName {
  metric: MetricId | 'accuracy of something';
  /** Null where the name holds a metric alone. */
  asked: Asked | null;
}

const METRIC_NAMES: readonly [RegExp, LoggedName['metric']][] = [
  [/^(em|exact[_ ]?match)$/i, 'exact_match'],
  [/^f1$/i, 'f1'],
  [/^loss$/i, 'loss'],
  [/^mse$/i, 'mse'],
  [/^acc(uracy)?$/i, 'accuracy of something'],
];
const WORDS = 'em|exact[_ ]?match|f1|loss|mse|accuracy|acc';
const METRIC_LAST = new RegExp(String.raw`^(?:(.*)[/_.\-\s])?(${WORDS})$`, 'i');
const METRIC_FIRST = new RegExp(String.raw`^(${WORDS})[/_.\-\s](.+)$`, 'i');
/** What trackers write before the numbers of an evaluation. */
const EVALUATED = /^(?:(?:eval|evaluation|test|val|valid|validation|dev)[/_.]+)+/i;
/** Longest first: `q` ends many names. */
const SUBSETS_BY_LENGTH = [...TEST_SUBSETS].sort((a, b) => b.length - a.length);
const ASSOCIATION = /^ent_assoc_(who|meaning|standFor|name)_(.+?)(_swapped)?$/i;
const LETTERS = /^ent_assoc_letter(0|1|Last)_(.+)$/i;

/** Null where a name is of no metric; a text where it has one, and why it is not taken. */
export function loggedName(name: string): LoggedName | string | null {
  const plain = name.trim().replace(EVALUATED, '');
  const [, before, last] = METRIC_LAST.exec(plain) ?? [];
  const [, first, after] = last === undefined ? (METRIC_FIRST.exec(plain) ?? []) : [];
  const word = last ?? first;
  const metric = METRIC_NAMES.find(([pattern]) => word !== undefined && pattern.test(word))?.[1];
  if (!metric) return null;
  const whose = before ?? after ?? '';
  if (whose === '') return { metric, asked: null };
  const asked = askedOf(whose);
  return typeof asked === 'string' ? asked : { metric, asked };
}

/** What a key of a data set asks; a text where it is none that is tested here, and why. */
export function askedOf(key: string): Asked | string {
  const plain = key.trim().replace(EVALUATED, '');
  if (/^train/i.test(plain)) return 'of training data; tests alone are taken';
  const [, wording, about, swapped] = ASSOCIATION.exec(plain) ?? [];
  if (about !== undefined) return asking(about, swapped ? 'association-definition' : 'association', wording);
  const [, letter, named] = LETTERS.exec(plain) ?? [];
  if (named !== undefined)
    return /_swapped$/i.test(named)
      ? 'of the letters of a definition’s entity, which is no test here'
      : asking(named, 'letters', letter);
  return ownNames(plain);
}

/** `d1consis`, `association/d1consis`, `d1consis_letters`. */
function ownNames(key: string): Asked | string {
  const parts = key.replaceAll(/[/.\s]/g, '_');
  for (const test of [...METRIC_TESTS].sort((a, b) => b.length - a.length)) {
    const subset = subsetNamed(parts.replace(`${test}_`, '').replace(`_${test}`, ''));
    if (subset && parts.length > subset.length) return { subset, test, wording: null };
  }
  return asking(parts, 'questions', undefined);
}

function asking(text: string, test: MetricTest, wording: string | undefined): Asked | string {
  const subset = subsetNamed(text);
  return subset
    ? { subset, test, wording: wording ?? null }
    : `${JSON.stringify(text)} is none of the subsets`;
}

function subsetNamed(text: string): TestSubset | undefined {
  return SUBSETS_BY_LENGTH.find((name) => name.toLowerCase() === text.toLowerCase());
}
