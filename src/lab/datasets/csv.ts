/** Any CSV or TSV table with an entity column and two or more attribute columns as a knowledge base. */
import type { CsvConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { chooseColumns, type TableColumns } from './csv-columns.ts';
import { isBlank, openTable, readRows } from './csv-file.ts';
import { RowCollector } from './csv-rows.ts';
import { drawEntities } from './draw.ts';
import type { FactTable } from './knowledge-base.ts';
import type { LoadOptions } from './source-file.ts';

/** Fewer cannot be split into subsets. */
const MIN_ENTITIES = 2;

/**
 * Reads a table by streaming: rows that cannot be used are counted with their reason and an example, an
 * empty cell is an unknown fact, and `;` separates accepted answers (paper, appendix on data).
 * @param runSeed draws `max_entities` where the dataset has no seed of its own
 * @throws UserError `dataset.*`, one line naming the field, its value and the remedy
 */
export async function loadCsv(
  config: CsvConfig,
  runSeed: number,
  { progress }: LoadOptions = {},
): Promise<FactTable> {
  const table = await openTable(config);
  const columns = chooseColumns(config, table);
  const collector = new RowCollector(columns, config.missing);
  let headers: number = columns.headerRows;
  await readRows(
    table,
    (cells, row) => {
      if (headers > 0 && !isBlank(cells)) headers--;
      else collector.add(cells, row);
    },
    progress,
  );
  checkKept(config, collector);
  return limitEntities(config, knowledgeBase(columns, collector), config.seed ?? runSeed);
}

function knowledgeBase(columns: TableColumns, collector: RowCollector): FactTable {
  return {
    kind: 'facts',
    entities: collector.entities,
    attributes: columns.facts.map(({ name, question }) => ({ name, question })),
    facts: collector.facts,
    report: collector.report(),
  };
}

function checkKept(config: CsvConfig, collector: RowCollector): void {
  const { rowsRead, rowsKept, dropped } = collector.report();
  if (rowsKept >= MIN_ENTITIES) return;
  const reasons = dropped.map(({ reason, count, example }) => `${count} × ${reason} (${example})`).join(', ');
  const field = `dataset.path: ${showValue(config.path, 200)}`;
  throw new UserError(
    rowsKept === 0 ? 'dataset.no-rows' : 'dataset.too-few-entities',
    `${field} gives ${rowsKept} usable of ${rowsRead} rows${reasons ? `: ${reasons}` : ''}; check dataset.entity, dataset.header and dataset.delimiter, or add rows`,
  );
}

/** At most `max_entities` of the entities. */
function limitEntities(config: CsvConfig, kb: FactTable, seed: number): FactTable {
  const limit = config.max_entities;
  if (limit === null || limit >= kb.entities.length) return kb;
  if (limit < MIN_ENTITIES)
    throw new UserError(
      'dataset.too-few-entities',
      `dataset.max_entities: ${limit} is too few; keep ${MIN_ENTITIES} or more`,
    );
  return drawEntities(kb, limit, seed, 'max_entities');
}
