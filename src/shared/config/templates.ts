/** Texts that a user writes with placeholders: `{tag} {alias} {entity}`, `When was {entity} born?`. */
import { showValue } from '../errors.ts';

/** Which placeholders a kind of text has; those in `required` must stand in it. */
interface TemplateRules {
  required: readonly string[];
  optional?: readonly string[];
}

/** `{tag}` is the random tag, or the source phrase in the styles that have sources. */
export const DEFINITION_TEMPLATE: TemplateRules = { required: ['alias', 'entity'], optional: ['tag'] };
export const QUESTION_TEMPLATE: TemplateRules = { required: ['entity'] };

/**
 * What is wrong with a template, in words that name the placeholder and the remedy.
 * @returns null where it can be used
 */
export function templateProblem(template: string, { required, optional = [] }: TemplateRules): string | null {
  const allowed = [...required, ...optional];
  const listed = allowed.map((name) => `{${name}}`).join(', ');
  if (/[\n\r]/.test(template)) return 'one line: a text ends at the line break, so leave it out';
  const found = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
  const unknown = found.find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    return `no placeholder but ${listed}: {${unknown}} is unknown; write one of these, or drop the brackets`;
  if (/[{}]/.test(template.replaceAll(/\{[^{}]*\}/g, '')))
    return `brackets in pairs, around placeholders only (${listed}); close or drop the single one`;
  const twice = found.find((name, i) => found.indexOf(name) !== i);
  if (twice !== undefined) return `{${twice}} once, not twice; drop one`;
  const missing = required.find((name) => !found.includes(name));
  return missing === undefined ? null : `{${missing}}, which is missing; add it (${listed} can stand in it)`;
}

/** A template as the texts and placeholders it consists of, in order; empty texts are left out. */
export function templatePieces(template: string): ({ text: string } | { placeholder: string })[] {
  return template
    .split(/(\{[^{}]*\})/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith('{') ? { placeholder: piece.slice(1, -1) } : { text: piece }));
}

/** Equal for questions that a reader takes for the same: case, white space, accents' form and hidden characters aside. */
export function sameQuestion(template: string): string {
  return template
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\s_]+/g, ' ')
    .trim()
    .toLowerCase();
}

/** Two texts that would be read as the same: a list with both means less than it says. */
export function repeatedText(texts: readonly string[]): string | undefined {
  return texts.find((text, i) => texts.indexOf(text) !== i);
}

/** For an issue about a list with a text twice. */
export function repeatedProblem(text: string): string {
  return `each text once; ${showValue(text)} is there twice, drop one`;
}
