/** Rows of the CVDB table: cleaned, counted, and only the most-read people kept. */
import type { CvdbConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { Drops } from './drops.ts';
import type { LoadReport } from './knowledge-base.ts';
import { detached, pathField, textHash } from './source-file.ts';
import { TopItems } from './top-items.ts';

/** The columns that are read. */
export const CVDB_COLUMNS = [
  'name',
  'birth',
  'death',
  'gender',
  'level3_main_occ',
  'string_citizenship_raw_d',
  'un_region',
  'wiki_readers_2015_2018',
] as const;

/** Cells that the authors' reader (pandas) takes for missing. */
const MISSING = new Set(
  ' #N/A #NA -1.#IND -1.#QNAN -NaN -nan 1.#IND 1.#QNAN <NA> N/A NA NULL NaN None n/a nan null'.split(' '),
).add('#N/A N/A');

const OTHER_THAN_WORD = /[^\p{L}\p{N}\s_]/u;
const OTHER_THAN_LIST = /[^\p{L}\p{N}\s'_]/u;

export interface CvdbRow {
  name: string;
  birth: number;
  death: number;
  gender: string;
  occupation: string;
  citizenship: string;
  region: string;
  readers: number;
}

/** Takes rows one by one; memory grows with the people kept and a few bytes per name seen. */
export class CvdbRows {
  private readonly config: CvdbConfig;
  private readonly drops = new Drops();
  private readonly names = new Set<number>();
  /** By gender where half of each is taken. */
  private readonly top = new Map<string, TopItems<CvdbRow>>();
  private columns: number[] = [];
  private width = 0;
  private read = 0;

  constructor(config: CvdbConfig) {
    this.config = config;
  }

  /** @throws UserError `dataset.columns` if the table lacks one of the columns */
  header(cells: readonly string[], path: string): void {
    this.columns = CVDB_COLUMNS.map((name) => cells.indexOf(name));
    this.width = cells.length;
    const lacking = CVDB_COLUMNS.filter((_, i) => this.columns[i] < 0);
    if (lacking.length > 0)
      throw new UserError(
        'dataset.columns',
        `${pathField(path)} has no column ${lacking.join(', ')}; give the table of notable people as published (comma-separated)`,
      );
  }

  /** @param row its number in the file, from 1 */
  add(cells: readonly string[], row: number): void {
    if (cells.length === 1 && cells[0] === '') return;
    this.read++;
    if (cells.length !== this.width)
      return this.drops.leave(
        'wrong number of cells',
        `row ${row}: ${cells.length} instead of ${this.width}`,
      );
    const used = this.columns.map((column) => cells[column]);
    const reason = this.unusable(used);
    if (reason) return this.drops.leave(reason, `row ${row}: ${showValue(used[0])}`);
    this.keep(used);
  }

  /** The people kept, men before women where half of each is taken, the most read first. */
  finish(): { people: CvdbRow[]; report: LoadReport } {
    const groups = this.config.balance_gender ? ['Male', 'Female'] : [''];
    const people = groups.flatMap((group) => this.top.get(group)?.finish() ?? []);
    const dropped = this.drops.list();
    const less = [...this.top.values()].reduce((sum, top) => sum + top.passedOver, 0);
    if (less > 0)
      dropped.push({
        reason: 'read less than those taken (dataset.n_entities)',
        count: less,
        example: [...this.top.values()].find(({ example }) => example !== null)!.example!.name,
      });
    return { people, report: { rowsRead: this.read, rowsKept: people.length, dropped } };
  }

  /** In the authors' order: missing cells, repeated names, then characters. */
  private unusable([name, birth, death, gender, occupation, citizenship, region, readers]: string[]):
    string | null {
    if (
      [name, birth, death, gender, occupation, citizenship, region, readers].some((cell) => MISSING.has(cell))
    )
      return 'missing value';
    const hash = textHash(name.replaceAll('_', ' '));
    if (this.names.has(hash)) return 'name already taken by an earlier row';
    this.names.add(hash);
    if (OTHER_THAN_WORD.test(name)) return 'name with other characters than letters, digits, spaces';
    if (OTHER_THAN_WORD.test(occupation)) return 'occupation with other characters';
    if (OTHER_THAN_LIST.test(citizenship)) return 'citizenship with other characters';
    if (![birth, death, readers].every((cell) => Number.isFinite(Number(cell))))
      return 'year or readers no number';
    if (this.config.balance_gender && !['Male', 'Female'].includes(gender)) return 'neither Male nor Female';
    return null;
  }

  private keep([name, birth, death, gender, occupation, citizenship, region, readers]: string[]): void {
    const { n_entities, balance_gender } = this.config;
    const group = balance_gender ? detached(gender) : '';
    const limit = balance_gender ? Math.floor(n_entities / 2) : n_entities;
    const top = this.top.get(group) ?? new TopItems<CvdbRow>(limit);
    this.top.set(group, top);
    top.add(Number(readers), () => ({
      name: detached(name.replaceAll('_', ' ')),
      birth: Math.trunc(Number(birth)),
      death: Math.trunc(Number(death)),
      gender: detached(gender),
      occupation: detached(occupation.replaceAll('_', ' ')),
      citizenship: detached(citizenship),
      region: detached(region),
      readers: Number(readers),
    }));
  }
}
