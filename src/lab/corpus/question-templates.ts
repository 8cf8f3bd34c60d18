/** The user's own questions in place of a dataset's. */
import { closest } from 'fastest-levenshtein';
import { sameQuestion } from '#shared/config/templates.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { KnowledgeBase } from '../datasets/knowledge-base.ts';

/**
 * A knowledge base that asks as the user wrote.
 * @param templates question with `{entity}` by attribute name
 * @throws UserError `questions.attribute` if the dataset has no such attribute, `questions.same` if two
 *   attributes would be asked about in the same words
 */
export function withTemplates<K extends KnowledgeBase>(kb: K, templates: Record<string, string>): K {
  if (Object.keys(templates).length === 0) return kb;
  if (kb.kind === 'variables')
    throw new UserError(
      'questions.variables',
      `questions.templates: questions about variables are equations, which have one form; remove them`,
    );
  const names = kb.attributes.map(({ name }) => name);
  for (const name of Object.keys(templates))
    if (!names.includes(name))
      throw new UserError(
        'questions.attribute',
        `questions.templates.${name}: the dataset has no such attribute; did you mean ${showValue(closest(name, names))}? Attributes: ${names.join(', ')}`,
      );
  const attributes = kb.attributes.map(({ name, question }) => ({
    name,
    question: templates[name] ?? question,
  }));
  checkDistinct(attributes);
  return { ...kb, attributes };
}

function checkDistinct(attributes: KnowledgeBase['attributes']): void {
  const asked = new Map<string, string>();
  for (const { name, question } of attributes) {
    const other = asked.get(sameQuestion(question));
    if (other !== undefined)
      throw new UserError(
        'questions.same',
        `questions.templates: ${showValue(question)} asks about ${other} and about ${name}; word one of them differently`,
      );
    asked.set(sameQuestion(question), name);
  }
}
