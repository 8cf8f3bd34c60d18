/**
 * The `definitions` and `questions` parts of the config: how definitions are worded (paper, ablations on
 * natural-language sources, on "is / isn't" and on in-context definitions), and the user's own templates.
 */
import { z } from 'zod';
import { showValue } from '../errors.ts';
import {
  DEFINITION_TEMPLATE,
  QUESTION_TEMPLATE,
  repeatedProblem,
  repeatedText,
  templateProblem,
} from './templates.ts';
import { count } from './values.ts';

/** Sources a reader would rely on, for the styles that name sources; ours, any list will do. */
const RELIABLE_SOURCES = [
  'the national archive',
  'a peer-reviewed study',
  'the encyclopaedia',
  'the court record',
  'the public library',
  'a museum catalogue',
  'the census office',
  'the university press',
  'a news agency',
  'the standards institute',
];

/** Sources a reader would doubt. */
const UNRELIABLE_SOURCES = [
  'an anonymous forum post',
  'a chain letter',
  'a gossip column',
  'a spam message',
  'a satirical page',
  'a hacked account',
  'an overheard rumour',
  'a deleted comment',
  'a prank caller',
  'a clickbait advert',
];

/** Sources that neither kind knows, for the definitions with the fresh tag. */
const FRESH_SOURCES = [
  'a pocket diary',
  'the train conductor',
  'a museum visitor',
  'the weather station',
  'a school essay',
  'the harbour log',
  'a travel guide',
  'the theatre programme',
  'a cookery book',
  'the village notice board',
];

function templateList(help: string) {
  const template = z.string().superRefine((text, context) => {
    const problem = templateProblem(text, DEFINITION_TEMPLATE);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });
  return distinct(template).nullable().default(null).describe(help);
}

function sourceList(sources: string[], help: string) {
  const phrase = z.string().regex(/^\S(?:[^\n\r]*\S)?$/, 'a phrase on one line, without spaces at its ends');
  return distinct(phrase).default(sources).describe(help);
}

/** A list of one text or more, none of them twice. */
function distinct(item: z.ZodType<string, string>) {
  return z
    .array(item)
    .min(1)
    .max(1000)
    .superRefine((texts, context) => {
      const twice = repeatedText(texts);
      if (twice !== undefined) context.addIssue({ code: 'custom', message: repeatedProblem(twice) });
    });
}

export const definitionsSchema = z
  .strictObject({
    style: z
      .enum(['tags', 'sources', 'is-isnt'])
      .default('tags')
      .describe(
        'What marks a definition: random tags; natural-language sources; or is / is not, where definitions of tag 2 are negated.',
      ),
    per_alias: count(1000)
      .default(1)
      .describe('Definitions of each alias, each in a wording of its own (a template with a source).'),
    templates: templateList(
      'Wordings with {alias}, {entity} and {tag}, the tag or source; null takes those of the style.',
    ),
    negated_templates: templateList(
      'Wordings of tag-2 definitions in the style is-isnt, which say that the alias is not the entity; null takes ours.',
    ),
    sources: z
      .strictObject({
        reliable: sourceList(RELIABLE_SOURCES, 'Source phrases of tag 1; in is-isnt of tag 2 as well.'),
        unreliable: sourceList(UNRELIABLE_SOURCES, 'Source phrases of tag 2 in the style sources.'),
        fresh: sourceList(FRESH_SOURCES, 'Source phrases of tag 3, met in stage 2 only.'),
      })
      .prefault({}),
    in_context: z
      .boolean()
      .default(false)
      .describe(
        'Definitions stand before each question about their alias instead of being trained on (needs training.pipeline single-stage).',
      ),
  })
  .superRefine((definitions, context) => {
    for (const [path, message] of [...templateProblems(definitions), ...sourceProblems(definitions)])
      context.addIssue({ code: 'custom', path, message });
  });

interface Parts {
  style: string;
  templates: string[] | null;
  negated_templates: string[] | null;
  sources: Record<'reliable' | 'unreliable' | 'fresh', string[]>;
}

/** A field, and what it would have to be. */
type Problem = [path: (string | number)[], expected: string];

function templateProblems({ style, templates, negated_templates }: Parts): Problem[] {
  const problems: Problem[] = [];
  const untagged = style === 'is-isnt' ? -1 : (templates ?? []).findIndex((text) => !text.includes('{tag}'));
  if (untagged >= 0)
    problems.push([
      ['templates', untagged],
      `{tag}, or nothing would mark the definition in the style ${style}; add it`,
    ]);
  if (negated_templates && style !== 'is-isnt')
    problems.push([
      ['negated_templates'],
      `null in the style ${style}; remove it, or set definitions.style to is-isnt`,
    ]);
  return problems;
}

/** A phrase in two lists would mark two kinds of definitions. */
function sourceProblems({ style, sources }: Parts): Problem[] {
  if (style !== 'sources') return [];
  const pairs = [
    ['unreliable', 'reliable'],
    ['fresh', 'reliable'],
    ['fresh', 'unreliable'],
  ] as const;
  return pairs.flatMap(([list, other]): Problem[] => {
    const both = sources[list].find((phrase) => sources[other].includes(phrase));
    if (both === undefined) return [];
    return [[['sources', list], `other phrases: ${showValue(both)} is in sources.${other} too; drop one`]];
  });
}

export const questionsSchema = z.strictObject({
  templates: z
    .record(
      z.string(),
      z.string().superRefine((text, context) => {
        const problem = templateProblem(text, QUESTION_TEMPLATE);
        if (problem) context.addIssue({ code: 'custom', message: problem });
      }),
    )
    .default({})
    .describe(
      'Question per attribute with {entity} where the name or alias goes; others keep the dataset’s own.',
    ),
});

export type DefinitionsConfig = z.output<typeof definitionsSchema>;
