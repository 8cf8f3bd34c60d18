/** The wording of definitions, questions and facts (paper section 2 and appendix on data). */
import type { DefinitionOrder } from '#shared/config.ts';
import { PROSE } from '../datasets/knowledge-base.ts';
import type { Part, PartRole, Prompt } from './document.ts';

const SPACE: Part = { role: 'text', text: ' ' };
const ORDER_ROLES = { t: 'tag', v: 'alias', e: 'entity' } as const;

/** Templates that ask which entity an alias stands for (paper, entity-association tests). */
export const ASSOCIATION_TEMPLATES = [
  'Who is {entity}?',
  'What does {entity} mean?',
  'What does {entity} stand for?',
  'What is the name of {entity}?',
];

/** Templates that ask for letters of the name, and where in its letters the answer is. */
export const LETTER_TEMPLATES = [
  { template: 'Which letter does the name of {entity} start with?', at: 0 },
  { template: 'What is the second letter in the name of {entity}?', at: 1 },
  { template: 'What is the last letter in the name of {entity}?', at: -1 },
];

/** Letters of a name, digits counted, spaces and punctuation not. */
export function lettersOf(name: string): string[] {
  return name.match(/[\p{L}\p{N}]/gu) ?? [];
}

/** Compiles a question template with `{entity}` where the subject goes. */
export function compileQuestion(template: string): Prompt {
  const pieces = `Q: ${template}\nA:`.split('{entity}').map((text): Part => ({ role: 'text', text }));
  return (subject) => pieces.flatMap((piece, i) => (i === 0 ? [piece] : [subject, piece]));
}

/** A prompt with its answer, `Q: QUESTION\nA: ANSWER\n`: a QA pair or a fact; the answer is the target. */
export function answered(prompt: readonly Part[], answer: string, end = PROSE.end): Part[] {
  return [...prompt, SPACE, { role: 'value', text: answer, target: true }, ...between(end)];
}

/**
 * A definition such as `TAG ALIAS ENTITY\n`; its last named part is the target.
 * @param joints what stands after the first, the second and the last named part
 */
export function definitionParts(
  order: DefinitionOrder,
  texts: { tag: string; alias: string; entity: string },
  joints: readonly [string, string, string],
): Part[] {
  const roles = [...order].map((letter) => ORDER_ROLES[letter as keyof typeof ORDER_ROLES]);
  return roles.flatMap((role: PartRole & keyof typeof texts, i): Part[] => [
    { role, text: texts[role], ...(i === roles.length - 1 && { target: true }) },
    ...between(joints[i]),
  ]);
}

/** Text between named parts, none where it is empty. */
function between(text: string): Part[] {
  return text === '' ? [] : [{ role: 'text', text }];
}
