/**
 * How something is looked at, as a whole that stands in an address part by part. What is as it is at first is left
 * out; a part that is wrong or unknown is told and left out, the others hold.
 */
import { showValue } from '#shared/errors.ts';
import type { LinkPart } from './link-parts.ts';

type Parts = Record<string, LinkPart<unknown>>;
type Value<P> = P extends LinkPart<infer T> ? T : never;

/** What the parts say together. */
export type LookOf<P> = { [Key in keyof P]: Value<P[Key]> };

export interface LinkLook<Look> {
  /** Before anything is chosen. */
  first: Look;
  /** What an address says, with a sentence about each part of it that is wrong. */
  read: (query: Readonly<Record<string, string>>) => { look: Look; problems: string[] };
  /** The parts that are not as at first, as they stand in an address; null takes one out. */
  write: (changes: Partial<Look>) => Record<string, string | null>;
}

/** @param what has these parts, in words: `a comparison` */
export function linkLook<P>(
  parts: P & { [Key in keyof P]: LinkPart<Value<P[Key]>> },
  what: string,
): LinkLook<LookOf<P>> {
  const entries = Object.entries(parts as Parts);
  const keys = entries.map(([, { key }]) => key);
  const strange = (query: Readonly<Record<string, string>>) =>
    Object.keys(query)
      .filter((key) => !keys.includes(key))
      .map(
        (key) =>
          `The link says ${showValue(key, 40)}, which is nothing that ${what} has; it is left out (${keys.join(', ')}).`,
      );
  return {
    first: Object.fromEntries(entries.map(([name, { first }]) => [name, first])) as LookOf<P>,
    read(query) {
      const problems = strange(query);
      const look = entries.map(([name, part]) => {
        const { value, problem } = partOf(part, query);
        if (problem !== null) problems.push(problem);
        return [name, value];
      });
      return { look: Object.fromEntries(look) as LookOf<P>, problems };
    },
    write(changes) {
      const written = entries
        .filter(([name]) => name in changes)
        .map(([name, { key, first, write }]) => {
          const [text, plain] = [write((changes as Record<string, unknown>)[name]), write(first)];
          return [key, text === plain || text === '' ? null : text];
        });
      return Object.fromEntries(written) as Record<string, string | null>;
    },
  };
}

function partOf(
  { key, first, takes, read }: LinkPart<unknown>,
  query: Readonly<Record<string, string>>,
): { value: unknown; problem: string | null } {
  const text = Object.hasOwn(query, key) ? query[key] : undefined;
  if (text === undefined) return { value: first, problem: null };
  try {
    return { value: read(text), problem: null };
  } catch {
    const problem = `The link’s ${key}=${showValue(text, 40)} is left out: ${key} takes ${takes}.`;
    return { value: first, problem };
  }
}
