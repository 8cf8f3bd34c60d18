/**
 * Writes resources/datasets/facts-small.csv: what is well known of the member states of the United Nations, from the
 * npm package world-countries (Open Database License 1.0, github.com/mledoze/countries).
 *
 *     npm pack world-countries@5.1.0 && tar xf world-countries-5.1.0.tgz
 *     node scripts/facts-small.ts package
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Country {
  name: { common: string };
  unMember: boolean;
  capital: string[];
  region: string;
  subregion: string;
  currencies: Record<string, { name: string }>;
  languages: Record<string, string>;
  tld: string[];
  demonyms: { eng: { m: string } };
}

const [folder = 'package'] = process.argv.slice(2);
const target = new URL('../resources/datasets/facts-small.csv', import.meta.url);
const countries = JSON.parse(readFileSync(join(folder, 'countries.json'), 'utf8')) as Country[];

function continent({ region, subregion }: Country): string {
  if (region !== 'Americas') return region;
  return subregion === 'South America' ? subregion : 'North America';
}

/** Several accepted answers; the first is the one that is trained on. */
const all = (values: string[]) => values.map((value) => value.trim()).join(';');

function rowOf(country: Country): string[] {
  return [
    country.name.common,
    all(country.capital.slice(0, 1)),
    continent(country),
    all(Object.values(country.currencies).map(({ name }) => name)),
    all(Object.values(country.languages)),
    all(country.tld.filter((domain) => /^\.[a-z]{2}$/.test(domain))),
    all(country.demonyms.eng.m.split(/,|\//)),
  ];
}

const cell = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const header = ['country', 'capital', 'continent', 'currency', 'language', 'domain', 'demonym'];
const rows = countries
  .filter(({ unMember }) => unMember)
  .map(rowOf)
  .toSorted(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(target, [header, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join(''));
