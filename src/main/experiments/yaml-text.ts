/** Configs as YAML text, in both directions. */
import { isDeepStrictEqual } from 'node:util';
import { Document, parseDocument, stringify, visit, type YAMLError } from 'yaml';
import type { ExperimentConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import type { SweepSpec } from '#shared/sweep.ts';

/**
 * YAML to plain values; merge keys and aliases work, an alias bomb is refused by the library.
 * @param file what the text is called in messages
 * @throws UserError `config.yaml`
 */
export function parseYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, merge: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const line = text.slice(0, problem.pos[0]).split('\n').length;
    throw new UserError('config.yaml', `${file}, line ${line}: ${problemText(problem, text)}`);
  }
  return plainValues(document, file);
}

/**
 * What a document without errors says; only here do aliases and merge keys show what is wrong with them.
 * @throws UserError `config.yaml`
 */
export function plainValues(document: Pick<Document.Parsed, 'toJS'>, file: string): unknown {
  const values = usable(document, file);
  if (holdsItself(values, new Set()))
    throw new UserError(
      'config.yaml',
      `${file}: an anchor (&name) holds an alias of itself (*name), which has no end; write out what is meant`,
    );
  return values;
}

function usable(document: Pick<Document.Parsed, 'toJS'>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new UserError('config.yaml', `${file}: ${unusable(error)}`);
  }
}

/** @param around the values that hold this one */
function holdsItself(value: unknown, around: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (around.has(value)) return true;
  around.add(value);
  const found = Object.values(value).some((part) => holdsItself(part, around));
  around.delete(value);
  return found;
}

function unusable(error: unknown): string {
  const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return said.startsWith('Merge sources')
    ? 'a merge key (<<) takes a mapping, an alias of one that stands above it (*name) or a list of these; mend what follows <<'
    : `not usable YAML: ${said}`;
}

/** What is wrong, and what helps; in the library's words where it says so well enough. */
function problemText({ code, message, pos }: YAMLError, text: string): string {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return 'a second YAML document begins (---); a config is one document, so move it to a file of its own';
    case 'DUPLICATE_KEY':
      return `${showValue(/^\s*([^:\s]+)/.exec(text.slice(pos[0]))?.[1] ?? '')} is there twice, and the keys of a mapping must be unique; keep one`;
    case 'TAB_AS_INDENT':
      return 'a tab stands where YAML wants spaces; indent with spaces';
    case 'TAG_RESOLVE_FAILED':
      return `${message.split('\n')[0]}; remove the tag`;
    default:
      return `not valid YAML: ${message.split('\n')[0]}; mend the line`;
  }
}

/**
 * A config as YAML that the command line runs unchanged: only what differs from the defaults.
 * @param sweep how it is swept
 */
export function configYaml(config: ExperimentConfig, comment = '', sweep: SweepSpec | null = null): string {
  const { task, name, dataset, seeds, seeds_stage2, ...rest } = config;
  const identity =
    dataset.kind === 'csv' ? { kind: dataset.kind, path: dataset.path } : { kind: dataset.kind };
  const defaults = resolveConfig({ task, dataset: identity });
  const facts = prune(dataset, defaults.dataset);
  const text = stringify({
    ...(task === 'language' ? {} : { task }),
    name,
    ...(facts || dataset.kind !== 'world' ? { dataset: { ...identity, ...(facts as object) } } : {}),
    ...(prune(rest, defaults) as object),
    ...(sweep ? { sweep: sweepPart(sweep) } : {}),
    seeds: shortSeeds(seeds),
    ...(seeds_stage2 ? { seeds_stage2: shortSeeds(seeds_stage2) } : {}),
  });
  return comment ? `# ${comment.replace(/\s+/g, ' ')}\n${text}` : text;
}

/** Values stand in one line each. */
function sweepPart({ mode, over }: SweepSpec): unknown {
  const document = new Document({ ...(mode === 'grid' ? {} : { mode }), over });
  visit(document, { Seq: (_, list) => void (list.flow = true) });
  return document.contents;
}

/** `[0, 1, 2]` is written as the count 3, `[600, 601, 602]` as `600..602`. */
function shortSeeds(seeds: readonly number[]): number | string | readonly number[] {
  if (seeds.every((seed, i) => seed === i)) return seeds.length;
  const inTurn = seeds.length > 2 && seeds.every((seed, i) => seed === seeds[0] + i);
  return inTurn ? `${seeds[0]}..${seeds.at(-1)}` : seeds;
}

/** Sections that are written whole or not at all: parts of them would mislead. */
const WHOLE = ['fractions'];

/** The entries of `value` that are not the same in `defaults`; undefined for none. */
function prune(value: unknown, defaults: unknown): unknown {
  if (isDeepStrictEqual(value, defaults)) return undefined;
  if (!isPlain(value) || !isPlain(defaults)) return value;
  const entries = Object.entries(value)
    .map(([key, inner]) => [
      key,
      WHOLE.includes(key) && !isDeepStrictEqual(inner, defaults[key]) ? inner : prune(inner, defaults[key]),
    ])
    .filter(([, inner]) => inner !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
