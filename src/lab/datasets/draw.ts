/** Keeps some of a table's entities: those that are named, or as many as are drawn. */
import { closest } from 'fastest-levenshtein';
import { showValue, UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import type { FactTable } from './knowledge-base.ts';

/** At most `limit` of the entities, drawn with the seed, in the order they had; those left are reported. */
export function drawEntities(kb: FactTable, limit: number, seed: number, field: string): FactTable {
  const total = kb.entities.length;
  if (limit >= total) return kb;
  const order = randomStream(seed, 'dataset', 'max_entities').shuffle(kb.entities.map((_, i) => i));
  const kept = order.slice(0, limit).sort((a, b) => a - b);
  return onlyThese(kb, kept, { reason: `beyond ${field}`, example: kb.entities[order[limit]] });
}

/**
 * Those entities that are named, in the order they had; the others are reported. What a seed draws is drawn from
 * these.
 * @param names `dataset.keep_entities`; null keeps all
 * @throws UserError `dataset.keep-entities` where the data have none of a name
 */
export function keepEntities(kb: FactTable, names: readonly string[] | null): FactTable {
  if (names === null) return kb;
  const wanted = new Set(names);
  checkThere(kb, [...wanted]);
  const kept = kb.entities.flatMap((name, i) => (wanted.has(name) ? [i] : []));
  if (kept.length === kb.entities.length) return kb;
  const example = kb.entities.find((name) => !wanted.has(name)) ?? '';
  return onlyThese(kb, kept, { reason: 'not in dataset.keep_entities', example });
}

function checkThere({ entities }: FactTable, names: readonly string[]): void {
  const there = new Set(entities);
  const gone = names.filter((name) => !there.has(name));
  if (gone.length === 0) return;
  const others = gone.length === 1 ? '' : ` and ${gone.length - 1} more`;
  throw new UserError(
    'dataset.keep-entities',
    `dataset.keep_entities: ${showValue(gone[0])}${others} ${gone.length === 1 ? 'is' : 'are'} not among the ${entities.length} entities of the data ` +
      `(the nearest is ${showValue(closest(gone[0], entities))}); leave ${gone.length === 1 ? 'it' : 'them'} out`,
  );
}

/** @param left why the others are left out, with one of them */
function onlyThese(
  kb: FactTable,
  kept: readonly number[],
  left: { reason: string; example: string },
): FactTable {
  const count = kb.entities.length - kept.length;
  return {
    ...kb,
    entities: kept.map((i) => kb.entities[i]),
    facts: kept.map((i) => kb.facts[i]),
    report: { ...kb.report, rowsKept: kept.length, dropped: [...kb.report.dropped, { ...left, count }] },
  };
}
