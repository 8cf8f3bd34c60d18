/** The first entities of any dataset, as a table to look at. */
import type { EntityTable } from '#shared/corpus.ts';
import { textOf } from '../../corpus/document.ts';
import type { KnowledgeBase, VariableQuestion } from '../../datasets/knowledge-base.ts';

/** Questions of a variable that a cell shows. */
const QUESTIONS = 2;

/** @param rows entities at most */
export function tableOf(kb: KnowledgeBase, rows: number): EntityTable {
  const entities = kb.entities.slice(0, rows);
  if (kb.kind === 'facts')
    return {
      columns: kb.attributes,
      rows: entities.map((entity, i) => ({ entity, cells: kb.facts[i].map((golds) => golds.join(' or ')) })),
    };
  return {
    columns: [
      { name: 'trained on', question: null },
      { name: 'held out', question: null },
    ],
    rows: entities.map((entity, i) => {
      const { training, heldOut } = kb.questions[i];
      return { entity, cells: [training, heldOut].map(written) };
    }),
  };
}

/** Questions with their answers, one a line; `x` stands for the variable. */
function written(questions: readonly VariableQuestion[]): string {
  return questions
    .slice(0, QUESTIONS)
    .map(({ rest, answer }) => `x${textOf(rest)} ${answer}`)
    .join('\n');
}
