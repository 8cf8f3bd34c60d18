/**
 * The definitions of every alias in words: random tags in a fixed order, or templates with the phrases of
 * natural-language sources (paper, ablations on sources, on "is / isn't" and on several definitions).
 */
import type { DefinitionsConfig, LanguageConfig } from '#shared/config.ts';
import { templatePieces } from '#shared/config/templates.ts';
import { WORDINGS } from '#shared/config/wordings.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName, type TagRole } from '#shared/subsets.ts';
import { writingOf, type KnowledgeBase } from '../datasets/knowledge-base.ts';
import { textsOf, type Assignment } from '../tags/assignment.ts';
import type { Part, PartRole } from './document.ts';
import { definitionParts } from './texts.ts';

type WordingConfig = Pick<LanguageConfig, 'definitions' | 'tags'>;

/** Words that definitions need beside tags, aliases and entities: the same however entities are split. */
export interface DefinitionWords {
  /** Source phrases, each a word of its own. */
  sources: string[];
  /** What stands between the placeholders of the templates. */
  texts: string[];
}

/** What a vocabulary must know to read the definitions of a config; nothing for tags in a fixed order. */
export function definitionWords({ definitions }: WordingConfig): DefinitionWords {
  const roles: TagRole[] = ['reliable', 'unreliable', 'fresh'];
  const templates = new Set(roles.flatMap((role) => templatesOf(definitions, role) ?? []));
  const texts = [...templates]
    .flatMap(templatePieces)
    .flatMap((piece) => ('text' in piece ? [piece.text] : []));
  return { sources: [...new Set(roles.flatMap((role) => sourcesOf(definitions, role) ?? []))], texts };
}

/** One way of putting a definition: a template (null: the order of `tags.order`) and its tag or source. */
interface Wording {
  template: string | null;
  tag: string;
}

/**
 * The definitions of each entity, `definitions.per_alias` of them where its subset has any: wordings are drawn
 * per entity, no two of them the same.
 * @param seed of the split, which definitions follow
 * @returns by entity, the parts of each definition with its line break
 * @throws UserError `definitions.*` if there are too few wordings, or a source is the name of an entity
 */
export function wordDefinitions(
  config: WordingConfig,
  kb: KnowledgeBase,
  assignment: Assignment,
  seed: number,
): Part[][][] {
  checkVariables(config, kb);
  checkSources(config, kb, assignment);
  const words = assignment.entities.map((): Part[][] => []);
  for (const subset of SUBSET_NAMES) {
    if (SUBSETS[subset].tag === null) continue;
    checkEnough(config, assignment, subset);
    for (const entity of assignment.subsets[subset])
      words[entity] = wordEntity(config, kb, assignment, { entity, subset, seed });
  }
  return words;
}

function wordEntity(
  config: WordingConfig,
  kb: KnowledgeBase,
  assignment: Assignment,
  { entity, subset, seed }: { entity: number; subset: SubsetName; seed: number },
): Part[][] {
  const { alias, tag, defines } = assignment.entities[entity];
  if (tag === null || defines === null) return [];
  const wordings = wordingsOf(config, SUBSETS[subset].tag!, tag);
  const drawn = wordings.length === 1 ? wordings : randomStream(seed, 'wording', entity).shuffle(wordings);
  return drawn
    .slice(0, config.definitions.per_alias)
    .map((wording) => writeDefinition(config, kb, wording, { alias, entity: defines }));
}

function writeDefinition(
  { tags }: WordingConfig,
  kb: KnowledgeBase,
  { template, tag }: Wording,
  named: { alias: string; entity: string },
): Part[] {
  const texts: Record<string, string> = { ...named, tag };
  if (template === null) return definitionParts(tags.order, { ...named, tag }, writingOf(kb).definition);
  const parts = templatePieces(template).map((piece): Part =>
    'text' in piece
      ? { role: 'text', text: piece.text }
      : { role: piece.placeholder as PartRole, text: texts[piece.placeholder] },
  );
  const last = parts.findLastIndex(({ role }) => role !== 'text');
  parts[last] = { ...parts[last], target: true };
  return [...parts, { role: 'text', text: '\n' }];
}

/** @param tag the random tag of the definition, for where the style names no source */
function wordingsOf({ definitions }: WordingConfig, role: TagRole, tag: string): Wording[] {
  const tags = sourcesOf(definitions, role) ?? [tag];
  return (templatesOf(definitions, role) ?? [null]).flatMap((template) =>
    template?.includes('{tag}') === false
      ? [{ template, tag }]
      : tags.map((each) => ({ template, tag: each })),
  );
}

/** Null: the tag, alias and entity in the order of the config. */
function templatesOf(
  { style, templates, negated_templates }: DefinitionsConfig,
  role: TagRole,
): string[] | null {
  if (style === 'is-isnt' && role === 'unreliable') return negated_templates ?? WORDINGS.negated;
  return templates ?? (style === 'tags' ? null : WORDINGS[style]);
}

/** Null: the random tag itself, as every style has it where each definition gets a new one. */
function sourcesOf({ style, sources }: DefinitionsConfig, role: TagRole): string[] | null {
  if (style === 'tags' || role === 'fresh-each') return null;
  return role === 'unreliable' && style === 'is-isnt' ? sources.reliable : sources[role];
}

function checkEnough(config: WordingConfig, assignment: Assignment, subset: SubsetName): void {
  const { per_alias } = config.definitions;
  const enough = wordingsOf(config, SUBSETS[subset].tag!, '').length;
  if (assignment.subsets[subset].length === 0 || per_alias <= enough) return;
  throw new UserError(
    'definitions.per-alias',
    `definitions.per_alias: ${per_alias} is more than the ${enough} different wording${enough === 1 ? '' : 's'} of ${subset}; ` +
      'lower it, or add definitions.templates or sources',
  );
}

/** Definitions of variables are equations: they have no other wording, and no line of their own in a question. */
function checkVariables({ definitions }: WordingConfig, kb: KnowledgeBase): void {
  if (kb.kind === 'facts') return;
  const plain = definitions.style === 'tags' && definitions.templates === null;
  const field = !plain ? 'style' : definitions.in_context ? 'in_context' : null;
  if (field === null) return;
  throw new UserError(
    'definitions.variables',
    `definitions.${field}: definitions of variables are equations with a tag; use the style tags without templates and without in_context, or another dataset`,
  );
}

/** A source that is also a name or an answer would be the same word to a model. */
function checkSources(config: WordingConfig, kb: KnowledgeBase, assignment: Assignment): void {
  const { sources } = definitionWords(config);
  if (sources.length === 0) return;
  const taken = new Set([...textsOf(kb), ...assignment.entities.map(({ alias }) => alias)]);
  const clash = sources.find((source) => taken.has(source));
  if (clash === undefined) return;
  throw new UserError(
    'definitions.sources',
    `definitions.sources: ${showValue(clash)} is the name of an entity or an answer; name another source`,
  );
}
