/** The tables of the Answers tab, to be copied; and the words of their cells, which stand on the page as well. */
import type {
  AnswerRow,
  AnswersContrast,
  AnswersOverview,
  Confusion,
  ContrastRow,
  GivenAt,
  QuestionResult,
  QuestionRow,
} from '#shared/api/answers.ts';
import { percentText } from '#shared/decimals.ts';
import { intervalText, signedAmount } from '#shared/stats/amount.ts';
import { STAGE_NAMES } from '#shared/measured-names.ts';
import { visible } from '#shared/plain-text.ts';
import { questionText } from '#shared/question-text.ts';
import type { StageId } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { subsetText, type CopiedTable } from './copied-table.ts';

/** An answer may be empty. */
export const answerName = (text: string): string => visible(text) || '(nothing)';

export const goldsText = (golds: readonly string[]): string => visible(golds.join('; '));

/** What results stand side by side of: experiments, or groups of them. */
export interface AnswersSide {
  /** Number of the experiment, or place of the group. */
  side: number;
  label: string;
}

export function sidesIn({
  experiments,
  groups,
}: Pick<AnswersOverview, 'experiments' | 'groups'>): AnswersSide[] {
  return groups
    ? groups.map(({ label }, i) => ({ side: i + 1, label }))
    : experiments.map(({ experiment }) => ({ side: experiment, label: `#${experiment}` }));
}

/** Results of a question in one column: an experiment or a group at the end of a stage. */
export interface QuestionColumn {
  side: number | undefined;
  stage: StageId | null;
  label: string;
}

export function resultAt(row: QuestionRow, { side, stage }: QuestionColumn): QuestionResult | undefined {
  return row.results.find((each) => each.side === side && each.stage === stage);
}

/** `5 of 6` seeds right; a mean squared error of numbers. */
export function resultText(result: QuestionResult | undefined): string {
  if (!result) return '–';
  if (result.right === null) return result.error?.toPrecision(3) ?? '–';
  return `${result.right} of ${result.asked}`;
}

/** Whether every seed that was asked was right; none was where nothing is known. */
export function allRight(result: QuestionResult | undefined): boolean {
  return result !== undefined && result.right !== null && result.right === result.asked;
}

/** `Tailor ✓ ×4, Smith`. */
export function answeredMost({ answers }: QuestionRow): string {
  return answers
    .map(
      ({ text, seeds, right }) => `${answerName(text)}${right ? ' ✓' : ''}${seeds > 1 ? ` ×${seeds}` : ''}`,
    )
    .join(', ');
}

/** @param numbers answers are numbers, none of which is answered most */
export function questionTable(
  rows: readonly QuestionRow[],
  columns: readonly QuestionColumn[],
  numbers: boolean,
): CopiedTable {
  return {
    head: [
      ...['Subset', 'About', 'Question', 'Accepted', ...columns.map(({ label }) => label)],
      ...(numbers ? [] : ['Answered most']),
    ],
    rows: rows.map((row) => [
      ...[subsetText(row.subset), visible(row.entity), wordingText(row), goldsText(row.golds)],
      ...columns.map((column) => resultText(resultAt(row, column))),
      ...(numbers ? [] : [answeredMost(row)]),
    ]),
  };
}

/** The question without the name that differs from seed to seed. */
export const wordingText = ({ wording }: QuestionRow): string =>
  questionText(wording.replaceAll('{entity}', '…'));

/** Whether a wrong answer is what a false definition said. */
export function isBelieved(given: GivenAt | undefined, said: AnswerRow['said']): boolean {
  return given?.right === false && (said?.includes(given.answer) ?? false);
}

export const BELIEVED = 'as its definition said';

/** `✓ Tailor`; a dash where it was not asked. */
export function givenText(given: GivenAt | undefined, said: AnswerRow['said']): string {
  if (!given) return '–';
  const mark = given.right === null ? '' : given.right ? '✓ ' : '✗ ';
  return `${mark}${answerName(given.answer)}${isBelieved(given, said) ? ` ${BELIEVED}` : ''}`;
}

/** What would follow from its definition, where that is not what is accepted: `so “Tailor”`. */
export function followsText({ said, golds }: Pick<AnswerRow, 'said' | 'golds'>): string {
  return said && said[0] !== golds[0] ? `so “${goldsText(said)}”` : '';
}

/** What an alias was defined as, where it was. */
function definesText(row: Pick<AnswerRow, 'defines' | 'said' | 'golds'>): string {
  if (row.defines === null) return 'nothing';
  return [visible(row.defines), followsText(row)].filter(Boolean).join(' ');
}

export const runText = ({ experiment, label }: AnswerRow, compared: boolean): string =>
  `${compared ? `#${experiment}, ` : ''}${label}`;

/** @param compared more than one experiment: each row says whose it is @param plain without what all rows share */
export function seedTable(
  rows: readonly AnswerRow[],
  stages: readonly StageId[],
  { compared, plain }: { compared: boolean; plain: boolean },
): CopiedTable {
  const shared = (cells: readonly string[]) => (plain ? [] : cells);
  return {
    head: [
      ...['Run', ...shared(['Subset']), 'Alias', 'Its definition says', ...shared(['Question', 'Accepted'])],
      ...stages.map((stage) => STAGE_NAMES[stage]),
    ],
    rows: rows.map((row) => [
      ...[runText(row, compared), ...shared([subsetText(row.subset)]), visible(row.alias ?? row.entity)],
      ...[definesText(row), ...shared([questionText(row.text), goldsText(row.golds)])],
      ...stages.map((stage) =>
        givenText(
          row.given.findLast((each) => each.stage === stage),
          row.said,
        ),
      ),
    ]),
  };
}

export function confusionTable({ golds, answers, counts, others }: Confusion): CopiedTable {
  return {
    head: ['Accepted', ...answers.map(answerName), ...(others.answers > 0 ? ['other'] : [])],
    rows: golds.map((gold, row) => [answerName(gold), ...(counts[row] ?? []).map(String)]),
  };
}

/** What each group makes of two subsets, by what is asked for. */
export function groupContrastTable(
  { attributes, groups }: AnswersContrast,
  sides: readonly AnswersSide[],
): CopiedTable {
  return {
    head: ['Asked for', ...sides.map(({ label }) => label)],
    rows: contrastAttributes(attributes).map((attribute) => [
      attribute === null ? 'All' : visible(attribute),
      ...sides.map(({ side }) => groupDifferenceText(contrastAt(groups, side, attribute))),
    ]),
  };
}

/** All of them first. */
export const contrastAttributes = (attributes: AnswersContrast['attributes']): (string | null)[] => [
  null,
  ...attributes.map(({ attribute }) => attribute),
];

export const contrastAt = (groups: AnswersContrast['groups'], side: number, attribute: string | null) =>
  groups.find((each) => each.side === side && each.attribute === attribute);

/** `+12.5 (3.1 to 21.9)`, in points. */
export const groupDifferenceText = (found: AnswersContrast['groups'][number] | undefined): string =>
  intervalText(found?.difference, 'exact_match', true);

/** `34.2 % (13 of 38)`. */
export function askedShare({ right, asked }: ContrastRow['first']): string {
  return asked === 0 ? '–' : `${percentText(right / asked)} (${right} of ${asked})`;
}

/** `+12.5`, in points. */
export function pointsText(difference: number): string {
  return signedAmount(difference, 'exact_match');
}

/** @param questions question by question, not by what is asked for */
export function contrastTable(
  { attributes, rows }: AnswersContrast,
  [first, second]: readonly [TestSubset, TestSubset],
  questions: boolean,
): CopiedTable {
  const only = (cell: string) => (questions ? [cell] : []);
  return {
    head: [
      ...[...only('About'), 'Asked for', ...only('Accepted')],
      ...[subsetText(first), subsetText(second), 'Points'],
    ],
    rows: (questions ? rows : attributes).map((row) => [
      ...[...only(visible(row.entity ?? '')), visible(row.attribute), ...only(goldsText(row.golds))],
      ...[askedShare(row.first), askedShare(row.second), pointsText(row.difference)],
    ]),
  };
}
