/** Our reader against Python's `csv`, on made tables of every common form (docs/datasets.md has the figures for real ones). */
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder, writeIn } from '../credence.ts';
import { compareTables } from './shipped-tables.ts';

const folder = temporaryFolder();
const MADE: Record<string, string | Buffer> = {
  'plain.csv': 'name,born,town\nAda,1815,"Riga, LV"\nLin,1955,Oslo\n',
  'r.csv': '"","mpg","cyl"\n"Mazda RX4",21,6\n"Fiat ""128""",32.4,4\n',
  'years.csv': 'Country Name,1990,2000\nNorway,4.2,1\nPeru,21,33\n',
  'text.csv': 'Figure,craft,town\nAda,smith,Riga\nBo,baker,Oslo\n',
  'lines.csv': 'name,note,x\r\nAda,"one\r\ntwo, three",1\r\n\r\nLin,"",2',
  'tabs.tsv': 'name\tborn\ttown\nAda\t1815\tRiga\nLin\t1955\tOslo, NO\n',
  'semicolons.csv': 'name;born;town\nAda;1,5;Riga\nLin;2,5;Oslo\n',
  'mark.csv': '\ufeffname,born,town\nZoë,1815,Åbo\nLin,1955,Oslo\n',
  'windows.csv': Buffer.from('name,born,town\nZo\xeb,1815,\x80\nLin,1955,\xc5bo\n', 'latin1'),
  'trailing.csv': 'name,born,town,\nAda,1815,Riga,\nLin,1955,Oslo,\n',
};

it('reads made tables row by row as Python does, and loses no header', async () => {
  const random = fc.sample(
    fc.array(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', ' ', '\n', '4') }), {
        minLength: 3,
        maxLength: 3,
      }),
      {
        minLength: 2,
        maxLength: 6,
      },
    ),
    { numRuns: 40, seed: 11 },
  );
  const made = Object.entries(MADE).map(([name, content]) => writeIn(folder, name, content));
  const drawn = random.map((rows, i) =>
    writeIn(folder, `random-${i}.csv`, stringify([['name', 'one', 'two'], ...rows], { quoted: true })),
  );
  const compared = await compareTables([...made, ...drawn]);
  expect(compared).toHaveLength(50);
  for (const { file, refused, different, header } of compared)
    expect({ file, refused, different, header: header?.value }).toEqual({
      file,
      refused: null,
      different: [],
      header: true,
    });
});

it('tells of a difference', async () => {
  const file = writeIn(folder, 'odd.csv', 'name,one,two\n"Odd" film,1,2\nLin,3,4\n');
  const [{ different }] = await compareTables([file]);
  expect(different).toEqual([{ row: 2, ours: ['"Odd" film', '1', '2'], theirs: ['Odd film', '1', '2'] }]);
});
