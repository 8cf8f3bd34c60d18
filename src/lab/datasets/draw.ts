/** Keeps some of a table's entities. */
import { randomStream } from '#shared/random.ts';
import type { FactTable } from './knowledge-base.ts';

/** At most `limit` of the entities, drawn with the seed, in the order they had; those left are reported. */
export function drawEntities(kb: FactTable, limit: number, seed: number, field: string): FactTable {
  const total = kb.entities.length;
  if (limit >= total) return kb;
  const order = randomStream(seed, 'dataset', 'max_entities').shuffle(kb.entities.map((_, i) => i));
  const kept = order.slice(0, limit).sort((a, b) => a - b);
  const left = { reason: `beyond ${field}`, count: total - limit, example: kb.entities[order[limit]] };
  return {
    ...kb,
    entities: kept.map((i) => kb.entities[i]),
    facts: kept.map((i) => kb.facts[i]),
    report: { ...kb.report, rowsKept: limit, dropped: [...kb.report.dropped, left] },
  };
}
