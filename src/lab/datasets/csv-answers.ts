/** Answers that exact match cannot tell apart: it looks past case, articles and punctuation. */
import { showValue, UserError } from '#shared/errors.ts';
import { normaliseAnswer } from '../corpus/answers.ts';
import type { FactTable } from './knowledge-base.ts';
import type { Remark } from './csv-preamble.ts';

/** Where fewer of a column's cells than this share are concerned, it is said and the table is taken. */
const REFUSED_FROM = 0.1;
/** Answers that a message names. */
const NAMED = 4;

/** Different answers that count as one. */
interface Alike {
  answers: string[];
  /** Facts whose answer is one of them. */
  facts: number;
}

/**
 * Looks for answers of one column that normalise alike. Those that differ in case, white space, articles or plain
 * punctuation only ("U.S.", "US") mean the same and are remarked on; signs and numbers ("+" and "-", "C" and "C++",
 * "1.5" and "15") do not. A column whose answers all count as one would be right whatever is answered: refused where
 * they are written differently, remarked on where all cells say the same.
 * @throws UserError `dataset.answers-alike`, which names them and what helps
 */
export function checkAnswers({ attributes, facts }: Pick<FactTable, 'attributes' | 'facts'>): Remark[] {
  return attributes.flatMap(({ name }, column) => {
    const answered = facts.map((row) => row[column]).filter((answers) => answers.length > 0);
    const { same, different, kinds } = groupsOf(answered);
    if (kinds === 1 && same.length > 0) throw alikeError(name, same);
    const share = different.reduce((sum, group) => sum + group.facts, 0) / Math.max(1, answered.length);
    if (share >= REFUSED_FROM) throw alikeError(name, different);
    const single = kinds === 1 && answered.length > 1 ? [singleRemark(name, answered)] : [];
    return [
      ...single,
      ...remarkOf(name, same, 'count as the same answer'),
      ...remarkOf(name, different, 'cannot be told apart when answers are scored'),
    ];
  });
}

/**
 * Answers by what they normalise to, where several do to the same: those that mean the same, and those that do not;
 * and how many are told apart in all.
 */
function groupsOf(answered: readonly string[][]): { same: Alike[]; different: Alike[]; kinds: number } {
  const groups = new Map<string, Map<string, number>>();
  const known = new Map<string, Map<string, number>>();
  for (const answers of answered)
    for (const answer of answers) {
      let group = known.get(answer);
      if (!group) {
        const normal = normaliseAnswer(answer);
        group = groups.get(normal) ?? new Map<string, number>();
        groups.set(normal, group);
        known.set(answer, group);
      }
      group.set(answer, (group.get(answer) ?? 0) + 1);
    }
  const several = [...groups].filter(([, group]) => group.size > 1);
  const alike = (wanted: boolean) =>
    several
      .filter(([normal, group]) => differ(normal, [...group.keys()]) === wanted)
      .map(([, group]) => ({
        answers: [...group.keys()],
        facts: [...group.values()].reduce((a, b) => a + b, 0),
      }));
  return { same: alike(false), different: alike(true), kinds: groups.size };
}

/** Whether answers that normalise alike mean different things. */
function differ(normal: string, answers: readonly string[]): boolean {
  const meanings = new Set(answers.map(meaningOf));
  return normal === '' ? new Set(answers.map((text) => text.toLowerCase())).size > 1 : meanings.size > 1;
}

/**
 * An answer without what never carries meaning, but with what normalising drops and does: signs, minus before a
 * number or at an end, points and the like between digits (not the comma of thousands).
 */
function meaningOf(answer: string): string {
  const text = answer
    .toLowerCase()
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const kept = text.replace(/[^\p{L}\p{N}\s+#*<>=%$^~|@]/gu, (sign, at: number) =>
    carries(text, sign, at) ? sign : '',
  );
  return kept.replace(/(?<![\p{L}\p{N}])(a|an|the)(?![\p{L}\p{N}])/gu, '').replace(/\s+/g, '');
}

function carries(text: string, sign: string, at: number): boolean {
  const [before, after] = [text[at - 1] ?? '', text[at + 1] ?? ''];
  if (/\P{ASCII}/u.test(sign)) return true;
  if (/[-.,/:]/.test(sign) && /\d/.test(before) && /\d/.test(after)) return true;
  if (sign === '.') return /\d/.test(after) && !/[\p{L}\p{N}]/u.test(before);
  return sign === '-' && (after === '' || (/\d/.test(after) && !/[\p{L}\p{N}]/u.test(before)));
}

function singleRemark(column: string, answered: readonly string[][]): Remark {
  return {
    text: `column ${showValue(column)}: all known cells say ${showValue(answered[0][0], 40)}, so that its questions tell nothing about what was learnt; leave it out of dataset.attributes`,
    count: answered.length,
    line: 0,
  };
}

function remarkOf(column: string, groups: readonly Alike[], what: string): Remark[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, 2).map(({ answers }) => listed(answers));
  return [
    {
      text: `column ${showValue(column)}: answers that differ in case, articles or punctuation ${what} (${shown.join('; ')}${groups.length > 2 ? '; …' : ''})`,
      count: groups.reduce((sum, group) => sum + group.facts, 0),
      line: 0,
    },
  ];
}

function alikeError(column: string, groups: readonly Alike[]): UserError {
  const [largest] = [...groups].sort((one, other) => other.facts - one.facts);
  return new UserError(
    'dataset.answers-alike',
    `dataset.path: column ${showValue(column)} has the answers ${listed(largest.answers)}, which are equal when answers are scored ` +
      `(case, punctuation, a, an and the do not count), so that any of them would be right; write them in words, ` +
      `list those that mean "not known" in dataset.missing, or leave the column out of dataset.attributes`,
  );
}

function listed(answers: readonly string[]): string {
  const shown = answers.slice(0, NAMED).map((answer) => showValue(answer, 40));
  return `${shown.join(', ')}${answers.length > NAMED ? `, … (${answers.length} in all)` : ''}`;
}
