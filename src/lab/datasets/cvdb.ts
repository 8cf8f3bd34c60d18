/**
 * CVDB: the cross-verified database of notable people (Laouenan et al. 2022) as the paper uses it. Columns,
 * cleaning rules and questions are those of the authors' `cvdb_data.py`.
 */
import { existsSync } from 'node:fs';
import type { CvdbConfig } from '#shared/config.ts';
import { PUBLISHED } from '#shared/datasets.ts';
import { UserError } from '#shared/errors.ts';
import { cachedTable } from './cache.ts';
import { CVDB_COLUMNS, CvdbRows, type CvdbRow } from './cvdb-rows.ts';
import { readDelimited } from './delimited.ts';
import { keepEntities } from './draw.ts';
import type { Attribute, FactTable } from './knowledge-base.ts';
import { pathField, sizeOf, type LoadOptions } from './source-file.ts';
import { coarseYear } from './years.ts';

/** The questions, in the authors' words and order. */
const QUESTIONS: (Attribute & { answers: (row: CvdbRow) => string[] })[] = [
  { name: 'birth', question: 'When was {entity} born?', answers: ({ birth }) => [coarseYear(birth)] },
  { name: 'death', question: 'When did {entity} die?', answers: ({ death }) => [coarseYear(death)] },
  { name: 'region', question: 'In which region did {entity} live?', answers: ({ region }) => [region] },
  { name: 'activity', question: 'What did {entity} do?', answers: ({ occupation }) => [occupation] },
  {
    name: 'citizenship',
    question: 'What was the nationality of {entity}?',
    answers: ({ citizenship }) => nationalities(citizenship),
  },
  { name: 'gender', question: 'What was the gender of {entity}?', answers: ({ gender }) => [gender] },
];

const SOURCE = `download ${PUBLISHED.cvdb.download} from ${PUBLISHED.cvdb.url}`;

/**
 * Reads the published table, packed or not, as a stream, and keeps the most-read people.
 * @throws UserError `dataset.*`, one line naming the field and the remedy; the signal's reason when it aborts
 */
export async function loadCvdb(config: CvdbConfig, options: LoadOptions = {}): Promise<FactTable> {
  const path = locateCvdb(config.path);
  const { n_entities, balance_gender } = config;
  const parse = () => parseCvdb(path, config, options);
  const key = { kind: 'cvdb-1', paths: [path], fields: { n_entities, balance_gender } };
  return keepEntities(await cachedTable(key, options, parse), config.keep_entities);
}

/**
 * The file that is read for a path, packed or not.
 * @throws UserError `dataset.missing`, which says what to download
 */
export function locateCvdb(path: string | null): string {
  const found = path !== null && [path, `${path}.gz`].find((candidate) => existsSync(candidate));
  if (found) return found;
  const place = path === null ? 'dataset.path: is not set' : `${pathField(path)} does not exist`;
  throw new UserError('dataset.missing', `${place}; ${SOURCE} and put it there, or set dataset.path to it`);
}

async function parseCvdb(path: string, config: CvdbConfig, options: LoadOptions): Promise<FactTable> {
  const size = await sizeOf(path);
  const rows = new CvdbRows(config);
  const advanced = (bytes: number) => options.progress?.(size > 0 ? bytes / size : 1);
  await readDelimited(path, 'latin1', options, advanced, (cells, row) => {
    if (row === 1) rows.header(cells, path);
    else rows.add(cells, row);
  });
  const { people, report } = rows.finish();
  if (people.length < 2)
    throw new UserError(
      'dataset.no-rows',
      `${pathField(path)} gives ${people.length} usable of ${report.rowsRead} people${reasons(report)}; is it the published table with ${CVDB_COLUMNS.length} of its columns filled?`,
    );
  return {
    kind: 'facts',
    entities: people.map(({ name }) => name),
    attributes: QUESTIONS.map(({ name, question }) => ({ name, question })),
    facts: people.map((row) => QUESTIONS.map(({ answers }) => answers(row))),
    report,
  };
}

function reasons({ dropped }: FactTable['report']): string {
  const listed = dropped.map(({ reason, count }) => `${count} × ${reason}`);
  return listed.length > 0 ? ` (left out: ${listed.join(', ')})` : '';
}

/** `'France'_'New_Zealand'` → France, New Zealand. */
function nationalities(text: string): string[] {
  const names = text.split("'_'").map((name) => name.replaceAll("'", '').replaceAll('_', ' ').trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
