/** Any CSV or TSV table with an entity column and two or more attribute columns as a knowledge base. */
import type { CsvConfig } from '#shared/config.ts';
import type { TableReport } from '#shared/records.ts';
import { UserError } from '#shared/errors.ts';
import { checkAnswers } from './csv-answers.ts';
import { chooseColumns, type TableColumns } from './csv-columns.ts';
import { isBlank, openTable, readRows, type TextTable } from './csv-file.ts';
import { RowCollector } from './csv-rows.ts';
import { drawEntities, keepEntities } from './draw.ts';
import type { FactTable } from './knowledge-base.ts';
import { pathField, type LoadOptions } from './source-file.ts';

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
  let headers = columns.header.value ? 1 : 0;
  await readRows(
    table,
    (row) => {
      if (headers > 0 && !isBlank(row.cells)) headers--;
      else collector.add(row);
    },
    progress,
  );
  checkKept(config, columns, collector);
  const kept = keepEntities(knowledgeBase(table, columns, collector), config.keep_entities);
  return limitEntities(config, kept, config.seed ?? runSeed);
}

function knowledgeBase(table: TextTable, columns: TableColumns, collector: RowCollector): FactTable {
  const { entities, facts } = collector;
  const attributes = columns.facts.map(({ name, question }) => ({ name, question }));
  const alike = checkAnswers({ attributes, facts });
  const report = {
    ...collector.report(),
    table: {
      ...describeReading(table, columns),
      first: entities.slice(0, 3),
      unknown: collector.markerCounts('unknown'),
      proposed: collector.markerCounts('proposed'),
      remarks: [...table.remarks, ...columns.remarks, ...collector.remarks(), ...alike],
    },
  };
  return { kind: 'facts', entities, attributes, facts, report };
}

/** What is decided before the rows are read. */
export function describeReading(
  { encoding, delimiter }: TextTable,
  { header, names, entity, facts }: TableColumns,
): Pick<TableReport, 'encoding' | 'delimiter' | 'header' | 'columns' | 'entity' | 'attributes'> {
  return {
    encoding,
    delimiter,
    header,
    columns: names,
    entity: names[entity],
    attributes: facts.map(({ name }) => name),
  };
}

function checkKept(config: CsvConfig, { header }: TableColumns, collector: RowCollector): void {
  const { rowsRead, rowsKept, dropped } = collector.report();
  if (rowsKept >= MIN_ENTITIES) return;
  const reasons = dropped.map(({ reason, count, example }) => `${count} × ${reason} (${example})`).join(', ');
  const field = pathField(config.path);
  const first = header.assumed ? ' (the first row was taken for the header)' : '';
  throw new UserError(
    rowsKept === 0 ? 'dataset.no-rows' : 'dataset.too-few-entities',
    `${field} gives ${rowsKept} usable of ${rowsRead} rows${first}${reasons ? `: ${reasons}` : ''}; check ${collector.lostRows() ? 'dataset.encoding' : 'dataset.entity, dataset.header and dataset.delimiter'}, or add rows`,
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
