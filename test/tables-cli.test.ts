/** Tables and configs that go wrong elsewhere, with the real command: what was read is said, or one line says why not. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { credenceNear } from './credence-here.ts';
import { temporaryFolder, TINY, writeIn } from './credence.ts';

const home = temporaryFolder();
const SIZES = TINY.slice(TINY.indexOf('model:'), TINY.indexOf('seeds:'));
let configs = 0;

/** Previews a table of 40 rows or so. @returns the printed text, or the one line of the refusal */
async function preview(
  table: string | Buffer,
  { file = 'table.csv', args = [] as string[], dataset = '' } = {},
) {
  const name = `${configs++}`;
  writeIn(home, `${name}-${file}`, table);
  const yaml = `dataset: { kind: csv, path: ${name}-${file}${dataset} }\nengine: onnx\n${SIZES}seeds: 1\n`;
  return run(['preview', writeIn(home, `${name}.yaml`, yaml), '--samples', '1', ...args]);
}

async function run(args: string[]) {
  const { code, stdout, stderr } = await credenceNear(args, home);
  if (code !== 0) expect(stderr).toMatch(/^credence: [^\n]+\n$/);
  return { code, stdout, stderr };
}

const rows = (count: number, row: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => row(i)).join('\n');
/** What acts on a terminal or hides. */
// eslint-disable-next-line no-control-regex
const ACTING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b]/;
const CRAFTS = ['baker', 'judge', 'smith'];

describe('credence preview', () => {
  it('reads every row of tab-separated cells with lone quotes, and names the first line', async () => {
    const film = (i: number) =>
      `tt${i}\t${{ 5: '"Half a quote', 10: '"Odd" film', 20: '"Two' }[i] ?? 'Film'} ${i}\t${1980 + (i % 9)}`;
    const { stdout } = await preview(`id\ttitle\tyear\n${rows(40, film)}\n`, { file: 'films.tsv' });
    expect(stdout).toContain('rows: 40 read, 40 kept');
    expect(stdout).toMatch(/a double quote that its cell does not close.*\(3, first in line 7\)/);
    expect(stdout).toContain('delimiter: tab (all of the first 41 rows have 3 cells with it)');
  });

  it('shows encoding, header, columns and first entities with their reasons, in JSON too', async () => {
    const table = Buffer.from(
      `Country Name,1990,2000\n${rows(40, (i) => `Land ${i} \x80,${i % 4}.5,${i % 5}`)}\n`,
      'latin1',
    );
    const { stdout } = await preview(table);
    expect(stdout).toContain('encoding: Windows-1252 (');
    expect(stdout).toMatch(
      /header: yes, the first row \("1990", "2000" look like names of columns; set dataset\.header/,
    );
    expect(stdout).toContain('columns: "Country Name", "1990", "2000"; entity "Country Name"');
    expect(stdout).toContain('first entities: "Land 0 €", "Land 1 €", "Land 2 €"');
    const json = JSON.parse((await preview(table, { args: ['--json'] })).stdout) as {
      dataset: { table: { header: unknown } };
      reading: string[];
    };
    expect(json.dataset.table.header).toMatchObject({ value: true, assumed: true });
    expect(json.reading).toContain('rows: 40 read, 40 kept');
  });

  it('counts what may mean "not known", and takes it so when told', async () => {
    const table = `name,craft,town\n${rows(40, (i) => `P ${i},${i % 9 ? CRAFTS[i % 3] : '-'},${i % 8 ? `T${i % 4}` : '\\N'}`)}\n${rows(9, (i) => `Q ${i},${CRAFTS[i % 3]},None`)}\n`;
    const before = await preview(table);
    expect(before.stdout).toMatch(
      /perhaps "not known": "None" 9 × \(first: line 42, column town\), "-" 5 × \(first: line 2, column craft\)/,
    );
    expect(before.stdout).toContain('taken for "not known": "\\\\N" 5 ×');
    const after = await preview(table, { args: ['--set', 'dataset.missing=["\\\\N", None, "-"]'] });
    expect(after.stdout).not.toContain('perhaps "not known"');
    expect(after.stdout).toContain('"None" 9 ×');
  });

  it('refuses answers and questions that cannot be told apart, in one line', async () => {
    const signs = await preview(`name,rh,x\n${rows(40, (i) => `P ${i},${i % 3 ? '+' : '-'},${i}`)}\n`);
    expect(signs.code).toBe(2);
    expect(signs.stderr).toMatch(
      /column "rh" has the answers "-", "\+", which are equal when answers are scored/,
    );
    const asked = await preview(`name,birth_year,birth year\n${rows(40, (i) => `P ${i},${i},${i + 1}`)}\n`);
    expect(asked.stderr).toMatch(/"birth_year" and "birth year" alike; .*dataset\.questions/);
  });

  it('shows escape sequences in names, columns and answers harmlessly', async () => {
    const table = `name,"cr\u001b[2Jaft",town\n${rows(40, (i) => `P\u001b[31m\u0007\u202e ${i},${CRAFTS[i % 3]}\u009b31m,T${i % 4}\u200b`)}\n`;
    for (const args of [[], ['--json']]) {
      const { stdout, stderr } = await preview(table, { args });
      expect(stdout + stderr).not.toMatch(ACTING);
      if (args.length > 0)
        expect(JSON.stringify(JSON.parse(stdout))).toContain('P\\u001b[31m\\u0007\u202e 1');
    }
    const refused = await preview(table, { dataset: ', entity: "\\e[31mnome"' });
    expect(refused.stderr).not.toMatch(ACTING);
  });
});

describe('configs', () => {
  const config = (text: string, name = `config-${configs++}`) => writeIn(home, `${name}.yaml`, text);
  const tiny = () => config(TINY);

  it('have merge keys, and say what else of YAML they do not take', async () => {
    const merged = TINY.replace('stage1: {', 'stage1: &s {').replace(
      /stage2: \{.*\}/,
      'stage2: { <<: *s, fact_share: 0, batch_size: 8 }',
    );
    expect((await run(['preview', config(merged)])).stdout).toMatch(/stage2: .*; 3 epochs of batches of 8/);
    const refused: [string, RegExp][] = [
      [`${TINY}---\nname: other\n`, /line \d+: a second YAML document begins \(---\)/],
      [`${TINY}seeds: 3\n`, /line \d+: "seeds" is there twice/],
      [TINY.replace('training:\n  ', 'training:\n\t'), /a tab stands where YAML wants spaces/],
      [TINY.replace('stage1: {', 'stage1: *none {'), /none|YAML/],
    ];
    for (const [text, message] of refused)
      expect((await run(['preview', config(text)])).stderr).toMatch(message);
  });

  it('take ranges, and refuse a field that is named twice', async () => {
    const file = tiny();
    const cells = (over: string[]) =>
      run(['sweep', file, ...over.flatMap((each) => ['--over', each]), '--seeds', 'x']);
    // Seeds are judged with the rest of each combination: what is wrong with the values is said first.
    expect((await cells(['training.stage1.lr=1e-4..1e-2 x10'])).stderr).toMatch(/^credence: seeds: "x"/);
    expect((await cells(['training.stage1.epochs=5..1 step -2'])).stderr).toMatch(/^credence: seeds: "x"/);
    expect((await cells(['training.stage1.lr=1e-4..1e-2 step -1'])).stderr).toMatch(
      /in steps of -1; .*use 1/,
    );
    expect((await cells(['training.stage1.lr=1e-4..1e-2 often'])).stderr).toMatch(/begins as a range/);
    expect((await cells(['tags.correlation=1', 'tags.correlation=0.5'])).stderr).toMatch(
      /--over: "tags\.correlation" is named twice; put all its values behind one/,
    );
    const set = ['--set', 'seeds=1', '--set', 'seeds=2'];
    expect((await run(['preview', file, ...set])).stderr).toMatch(/--set: "seeds" is set twice/);
    expect((await run(['run', file, '--seeds', '2', '--set', 'seeds=1'])).stderr).toMatch(
      /also given as --seeds/,
    );
    expect((await run(['preview', file, '--set', 'training.stage1.lr=0,5'])).stderr).toMatch(
      /a number, with a point \(0\.5\)/,
    );
    expect((await run(['preview', file, '--seed', '1e2'])).stdout).toContain('seed 100');
  });
});

it('a run says how its table was read, in its log and its report too; its CSV is harmless', async () => {
  const table = `name,craft,town\n${rows(40, (i) => `P ${i},${i % 9 ? CRAFTS[i % 3] : '-'},T${i % 4}`)}\n,x,y\n`;
  writeIn(home, 'people.csv', table);
  const yaml = `name: "=cmd()\\e[31m"\ndataset: { kind: csv, path: people.csv }\nengine: onnx\n${SIZES.replace(/epochs: \d+/g, 'epochs: 1')}seeds: 1\n`;
  const { stdout, code } = await run(['run', writeIn(home, 'people.yaml', yaml), '--jobs', '1']);
  expect(code).toBe(0);
  expect(stdout).toContain('table: UTF-8, comma, header, 3 columns; rows: 41 read, 40 kept');
  expect(stdout).toContain('left out 1: no name (first: line 42: "")');
  expect(stdout).toContain('=cmd()␛[31m');
  const { stdout: csv } = await run(['export', '1']);
  expect(csv.split('\n')[1]).toMatch(/^1,'=cmd\(\)␛\[31m,/);
  const { DatabaseSync } = await import('node:sqlite');
  const history = new DatabaseSync(`${home}/history.sqlite`, { readOnly: true });
  const log = history
    .prepare('SELECT text FROM log ORDER BY id')
    .all()
    .map(({ text }) => String(text));
  history.close();
  expect(log.join('\n')).toContain('table: UTF-8, comma, header, 3 columns; rows: 41 read, 40 kept');
  expect(log.join('\n')).toContain('"-" 5 ×');
  const html = readFileSync(`${home}/reports/experiment-1/report.html`, 'utf8');
  expect(html).toContain('How the table was read');
  expect(html).toContain('header: yes, the first row (&quot;name&quot; is a usual name of a column)');
  expect(html).not.toContain('\u001b');
});
