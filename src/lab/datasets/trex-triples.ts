/**
 * Triples of T-REx, from any number of files of any size, in bounded memory. A first pass writes the triples
 * about creative works to a temporary file and notes which predicates each subject has; the second reads
 * back only those of subjects that have enough.
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '#shared/errors.ts';
import { cleanText } from './clean-text.ts';
import { Drops } from './drops.ts';
import { readJsonItems } from './json-items.ts';
import { detached, pathField, sizeOf, textHash, type LoadOptions } from './source-file.ts';
import { TREX_QUESTIONS } from './trex-questions.ts';

export interface Triple {
  subject: string;
  predicate: string;
  object: string;
}

/** Subjects beyond this are left out, those with the highest hash of their name: memory stays bounded. */
const MAX_SUBJECTS = 100_000;

const PRONOUNS = /^(he|she|it|they)$/i;
const BITS = new Map(Object.keys(TREX_QUESTIONS).map((predicate, i) => [predicate, 1 << i]));

/**
 * The triples about subjects with `minimum` of the predicates, in the order of the files.
 * @param files paths of `.json` or `.json.gz`, as published or as lists of `{subj, obj, predicate}`
 * @throws UserError `dataset.*`; the signal's reason when it aborts
 */
export async function readTriples(
  files: readonly string[],
  minimum: number,
  options: LoadOptions,
): Promise<{ triples: Triple[]; read: number; drops: Drops }> {
  const place = options.cache ?? tmpdir();
  await mkdir(place, { recursive: true });
  const folder = await mkdtemp(path.join(place, 'credence-trex-'));
  try {
    const spill = new Spill(path.join(folder, 'triples'));
    await collect(files, spill, options);
    const triples = await spill.read(minimum, options);
    return { triples, read: spill.seen, drops: spill.drops };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function collect(files: readonly string[], spill: Spill, options: LoadOptions): Promise<void> {
  const sizes = await Promise.all(files.map(sizeOf));
  const total = Math.max(1, sum(sizes));
  for (const [i, file] of files.entries()) {
    const before = sum(sizes.slice(0, i));
    const seen = spill.seen;
    const advanced = async (bytes: number) => {
      options.progress?.((before + bytes) / total);
      await spill.drained();
    };
    await readJsonItems(file, options, advanced, (item) =>
      triplesIn(item).forEach((triple) => spill.take(triple)),
    );
    if (spill.seen === seen)
      throw new UserError(
        'dataset.no-triples',
        `${pathField(file)} holds no triple; give the T-REx files as published, or a list of {subj, obj, predicate}`,
      );
  }
  await spill.close();
}

const isPronoun = (text: string) => text.length <= 4 && PRONOUNS.test(text);

/** Most texts are plain; without tabs and line breaks a triple is one line of the temporary file. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
const clean = (text: string) => (PLAIN.test(text) ? text : cleanText(text));

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** A triple of the authors' lists, or those of a document as published. */
function triplesIn(item: unknown): Triple[] {
  if (item === null || typeof item !== 'object') return [];
  if ('triples' in item && Array.isArray(item.triples)) return item.triples.flatMap(publishedTriple);
  const { subj, obj, predicate } = item as Record<string, unknown>;
  return asTriple(subj, predicate, obj);
}

function publishedTriple(triple: unknown): Triple[] {
  const { subject, predicate, object } = (triple ?? {}) as Record<
    string,
    Record<string, unknown> | undefined
  >;
  const uri = predicate?.uri;
  const id = typeof uri === 'string' ? uri.slice(uri.lastIndexOf('/') + 1) : null;
  return asTriple(subject?.surfaceform, id, object?.surfaceform);
}

function asTriple(subject: unknown, predicate: unknown, object: unknown): Triple[] {
  const texts = [subject, predicate, object];
  return texts.every((text) => typeof text === 'string') ? [{ subject, predicate, object } as Triple] : [];
}

/** Triples about creative works on disk, and in memory which predicates each subject has. */
class Spill {
  /** Triples read, of whatever predicate. */
  seen = 0;
  readonly drops = new Drops();
  private readonly masks = new Map<number, number>();
  private readonly file: string;
  private readonly out: WriteStream;
  private lines: string[] = [];
  private failure: Error | null = null;

  constructor(file: string) {
    this.file = file;
    this.out = createWriteStream(file);
    this.out.on('error', (error) => (this.failure = error));
  }

  take(triple: Triple): void {
    this.seen++;
    const bit = BITS.get(triple.predicate);
    if (bit === undefined) return;
    const [subject, object] = [clean(triple.subject), clean(triple.object)];
    if (isPronoun(subject) || isPronoun(object))
      return this.drops.leave('a pronoun for a name', `${subject}, ${triple.predicate}, ${object}`);
    const hash = textHash(subject);
    this.masks.set(hash, (this.masks.get(hash) ?? 0) | bit);
    this.lines.push(`${triple.predicate}\t${subject}\t${object}`);
  }

  /** Writes what was taken, and waits until it has left memory. */
  async drained(): Promise<void> {
    if (this.lines.length > 0) this.out.write(`${this.lines.join('\n')}\n`);
    this.lines = [];
    while (this.out.writableNeedDrain && !this.failure)
      await once(this.out, 'drain').catch((error: Error) => (this.failure = error));
    if (this.failure) throw noSpace(this.file, this.failure);
  }

  async close(): Promise<void> {
    await this.drained();
    this.out.end();
    await once(this.out, 'close').catch((error: Error) => (this.failure = error));
    if (this.failure) throw noSpace(this.file, this.failure);
  }

  /** The triples of subjects with enough predicates. */
  async read(minimum: number, { signal }: LoadOptions): Promise<Triple[]> {
    const enough = new Set([...this.masks].filter(([, mask]) => ones(mask) >= minimum).map(([hash]) => hash));
    const wanted = atMost(MAX_SUBJECTS, enough);
    const left = new Map<string, string>();
    const triples: Triple[] = [];
    for await (const line of createInterface({ input: createReadStream(this.file) })) {
      signal?.throwIfAborted();
      const [predicate, subject, object] = line.split('\t');
      const hash = textHash(subject);
      if (wanted.has(hash)) triples.push({ subject: detached(subject), predicate, object: detached(object) });
      else left.set(enough.has(hash) ? BEYOND : fewer(minimum), subject);
    }
    for (const [reason, example] of left)
      this.drops.leave(reason, example, {
        count: reason === BEYOND ? enough.size - wanted.size : this.masks.size - enough.size,
      });
    return triples;
  }
}

const BEYOND = `beyond ${MAX_SUBJECTS} subjects`;
const fewer = (minimum: number) => `subjects with fewer than ${minimum} of the predicates`;

function atMost(limit: number, hashes: ReadonlySet<number>): ReadonlySet<number> {
  if (hashes.size <= limit) return hashes;
  return new Set([...hashes].sort((a, b) => a - b).slice(0, limit));
}

function noSpace(file: string, error: Error): UserError {
  return new UserError(
    'dataset.no-space',
    `dataset.path: its triples cannot be kept in ${path.dirname(file)} (${error.message}); free space there`,
    { cause: error },
  );
}

function ones(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
