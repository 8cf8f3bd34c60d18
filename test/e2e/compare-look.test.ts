/** How a comparison is looked at: baseline, effects, groups, a part of the curves, relations; its link, and undo. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { signedAmount } from '#shared/stats/amount.ts';
import { writeHistory } from '../../bench/app/history.ts';
import { experimentColour } from '../../src/renderer/lib/colours.ts';
import { seriousFindings } from './looks.ts';
import { credence } from '../credence.ts';
import { choose, describeApp, exported, go, historyLink } from './steps.ts';

/** Six experiments that differ in alpha (1, 0.9, 0.75, 0.5, 1, 0.9) and in weight decay. */
const prepare = (home: string) => writeHistory(home, { experiments: 6, seeds: 3, evaluations: 9 });

describeApp('how a comparison is looked at', { prepare }, (app) => {
  const hash = () => decodeURIComponent(new URL(app.page.url()).hash);
  const sentences = () => app.page.getByTestId('sentences').innerText();
  const curves = () => app.page.getByTestId('comparison');
  const titles = () => curves().locator('figcaption').allInnerTexts();
  const press = (name: string | RegExp) => app.page.getByRole('button', { name, exact: true }).click();
  const pressed = (name: string) =>
    app.page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed');
  /** Types a column into a field and leaves it. */
  async function column(label: string, name: string): Promise<void> {
    await app.page.getByLabel(label, { exact: true }).fill(name);
    await app.page.keyboard.press('Enter');
  }

  it('is three keys from the history: one to select each, one to compare', async () => {
    const { page } = app;
    await historyLink(page, /sweep 2/).focus();
    await page.keyboard.press('x');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('x');
    await page.getByRole('toolbar', { name: 'Selected experiments' }).waitFor();
    await page.keyboard.press('c');
    await expect.poll(hash).toBe('#/compare/1,2');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Compare the experiments selected').waitFor();
    await page.keyboard.press('Escape');
  });

  it('the others are compared with the baseline that is pinned, in sentences, table and exports', async () => {
    const { page } = app;
    await go(app, 'compare/1,2,3');
    await expect.poll(sentences).toContain('"sweep 2" (2) against "sweep 1" (1)');
    await press('Compare the others with sweep 2');
    await expect.poll(sentences).toContain('"sweep 1" (1) against "sweep 2" (2)');
    expect(await sentences()).toContain('"sweep 3" (3) against "sweep 2" (2)');
    expect(hash()).toBe('#/compare/1,2,3?base=2');
    // A difference beside each of the others, none beside the baseline.
    await expect
      .poll(() => page.getByTestId('metrics').locator('thead th').allInnerTexts())
      .toEqual([
        'Subset',
        expect.stringMatching(/^sweep 1/),
        'Δ',
        expect.stringMatching(/sweep 2.*baseline/s),
        expect.stringMatching(/^sweep 3/),
        'Δ',
      ] as never);
    const csv = (await exported(page, 'Report', 'Effects compared (CSV)')).toString('utf8');
    expect(
      csv
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(1, 4)),
    ).toEqual([
      ['2', 'sweep 2', '1'],
      ['2', 'sweep 2', '1'],
      ['2', 'sweep 2', '3'],
      ['2', 'sweep 2', '3'],
    ]);
  });

  it('any two subsets are an effect beside the others', async () => {
    const { page } = app;
    await press('Effect');
    await page.getByRole('combobox', { name: 'minus' }).selectOption('q');
    await press('Add');
    await page.getByRole('heading', { name: 'd1consis − q at the end' }).waitFor();
    await expect.poll(sentences).toContain('d1consis − q at the end, "sweep 1" (1) against');
    expect(hash()).toBe('#/compare/1,2,3?base=2&effects=iml,stage1,d1consis-q');
    await press('Take out Stage-1 effect');
    await expect.poll(() => page.getByRole('heading', { name: 'Stage-1 effect' }).count()).toBe(0);
  });

  it('takes changes back and makes them again, without a step of the browser for each', async () => {
    const { page } = app;
    const steps = () => page.evaluate(() => history.length);
    const before = await steps();
    await page.keyboard.press('Control+z');
    await expect.poll(hash).toBe('#/compare/1,2,3?base=2&effects=iml,stage1,d1consis-q');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect.poll(hash).toBe('#/compare/1,2,3');
    await expect.poll(sentences).toContain('"sweep 2" (2) against "sweep 1" (1)');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(hash).toBe('#/compare/1,2,3?base=2');
    await press('As it was opened at first');
    await expect.poll(hash).toBe('#/compare/1,2,3');
    expect(await steps()).toBe(before);
    await press('Take out sweep 3');
    await expect.poll(hash).toBe('#/compare/1,2');
    await press('Undo (Ctrl Z)');
    await expect.poll(hash).toBe('#/compare/1,2,3');
    // Also what is put in from the side bar.
    await historyLink(page, /sweep 6/).click();
    await expect.poll(hash).toBe('#/compare/1,2,3,6');
    await page.keyboard.press('Control+z');
    await expect.poll(hash).toBe('#/compare/1,2,3');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(hash).toBe('#/compare/1,2,3,6');
  });

  it('experiments of one value become one curve, and it is said over what', async () => {
    const { page } = app;
    await go(app, 'compare/1,2,5,6');
    await expect.poll(titles).toHaveLength(4);
    await column('Group by', 'alpha');
    await expect
      .poll(titles)
      .toEqual([
        expect.stringMatching(/^Truthfulness α 0\.9\s*2 experiments, 6 runs, n = 3 seeds$/),
        expect.stringMatching(/^Truthfulness α 1\s*2 experiments, 6 runs, n = 3 seeds$/),
      ]);
    expect(await pressed('Single runs')).toBe('true');
    await press('Single runs');
    expect(await pressed('Single runs')).toBe('false');
    await column('and by', 'weight_decay');
    await expect.poll(titles).toHaveLength(4);
    await column('and by', 'alfa');
    await page.getByRole('alert').filter({ hasText: 'column "alfa" is unknown' }).waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Do not group' }).click();
    await expect.poll(hash).toBe('#/compare/1,2,5,6?traces=0');
  });

  it('forest plots, tables, sentences and what is taken away follow the groups; single experiments stay in sight', async () => {
    const { page, context } = app;
    await go(app, 'compare/1,2,5,6?by=alpha');
    await page.getByTestId('grouped').waitFor();
    expect(await page.getByTestId('grouped').innerText()).toMatch(
      /^4 experiments in 2 groups, each measured as one: .*a group has no config of its own/s,
    );
    const forest = page.getByTestId('forest').locator('svg[aria-label="IML effect"]');
    const rows = () => forest.locator('text.over').allTextContents();
    await expect.poll(rows).toEqual(Array(2).fill('2 exp., n = 32 experiments, 6 runs, n = 3 seeds'));
    // The mean of each experiment, above that of its group.
    await expect.poll(() => forest.locator('path.single title').allTextContents()).toHaveLength(4);
    expect((await forest.locator('path.single title').allTextContents())[0]).toMatch(/^sweep 2 \(#2\): /);
    const heads = () => page.getByTestId('metrics').locator('thead th').allInnerTexts();
    await expect
      .poll(heads)
      .toEqual([
        'Subset',
        expect.stringMatching(/^Truthfulness α 0\.9\s*2 exp\., n = 3/),
        'Δ',
        expect.stringMatching(/^Truthfulness α 1\s*2 exp\., n = 3\s*baseline/),
      ] as never);
    await expect
      .poll(sentences)
      .toContain('"Truthfulness α 0.9" (2 experiments) against "Truthfulness α 1" (2 experiments): ');
    // The numbers are those of the command line (`test/compared-rows.test.ts`).
    const { groups } = JSON.parse(
      (await credence(['compare', '1', '2', '5', '6', '--group', 'alpha', '--json'], app.home)).stdout,
    ) as { groups: { effects: { iml: { mean: number } } }[] };
    const written = () => forest.locator('text .value').allTextContents();
    const points = (mean: number) => signedAmount(mean, 'exact_match');
    // The group of the first experiment is the baseline: the command line has it first, the window by its value.
    expect(await written()).toEqual(groups.toReversed().map(({ effects }) => points(effects.iml.mean)));

    await press('Each experiment, too');
    await expect.poll(written).toHaveLength(6);
    expect(hash()).toBe('#/compare/1,2,5,6?by=alpha&alone=1');
    expect(await heads()).toHaveLength(8);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await choose(page, 'Copy the table: IML effect', 'For a spreadsheet (TSV)');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split('\n').map((line) => line.split('\t')[0])).toEqual([
      'Group',
      'Truthfulness α 0.9 (2 experiments, 6 runs, n = 3 seeds)',
      ...['sweep 2 (2)', 'sweep 6 (6)'],
      'Truthfulness α 1 (2 experiments, 6 runs, n = 3 seeds)',
      ...['sweep 1 (1)', 'sweep 5 (5)', ''],
    ]);
    const csv = (await exported(page, 'Report', 'Effects compared (CSV)')).toString('utf8');
    expect(csv.split('\n')[1]).toMatch(/^iml,1 5,Truthfulness α 1,2 6,Truthfulness α 0\.9,paired,3,3,/);
    await page.keyboard.press('Control+z');
    await expect.poll(written).toHaveLength(2);
    await page.getByTestId('grouped').getByRole('button', { name: 'Do not group' }).click();
    await expect.poll(written).toHaveLength(4);
    expect(await page.getByTestId('grouped').count()).toBe(0);
  });

  it('a part of the curves is looked at by keys, by dragging, and as a link', async () => {
    const { page } = app;
    await go(app, 'compare/1,2?layout=overlay');
    const chart = curves().getByRole('group', { name: /^Part of the chart/ });
    await chart.focus();
    await page.keyboard.press('+');
    await expect.poll(hash).toContain('zoom=1.125..7.875,');
    await page.keyboard.press('0');
    await expect.poll(hash).toBe('#/compare/1,2?layout=overlay');
    const { x, y, width, height } = (await chart.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 4);
    await page.mouse.down();
    await page.mouse.move(x + (width * 3) / 4, y + height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(hash).toMatch(/zoom=4\.\d+\.\.6\.\d+,\d+(\.\d+)?\.\.\d+/);
    const svg = (await exported(page, 'Export comparison', 'As shown here (SVG)')).toString('utf8');
    expect(svg).not.toContain('>0</text>');
    await press('Show all');
    await expect.poll(hash).toBe('#/compare/1,2?layout=overlay');
  });

  it('a link shows all of it again, and tells what in it cannot be', async () => {
    const { page } = app;
    const look =
      'base=6&subsets=d1consis&metric=loss&layout=overlay&paint=experiments&smooth=3&log=1&at=stage1';
    await go(app, `compare/2,6?${look}`);
    await page.reload();
    await expect.poll(titles).toEqual([expect.stringMatching(/sweep 2.*sweep 6/s)]);
    for (const name of ['Overlay', 'Experiments', 'Loss', 'After stage 1'])
      expect(await page.getByRole('radio', { name }).getAttribute('aria-checked'), name).toBe('true');
    expect(await page.getByLabel('Smooth').inputValue()).toBe('3');
    expect(await pressed('Log axis')).toBe('true');
    expect(await sentences()).toContain('"sweep 2" (2) against "sweep 6" (6)');
    expect(await page.getByRole('alert').count()).toBe(0);

    await go(app, `compare/2,6?${look}&zoom=abc&shine=1`);
    const alert = page.getByRole('alert');
    await alert.filter({ hasText: 'The link’s zoom="abc" is left out: zoom takes a range' }).waitFor();
    expect(await alert.innerText()).toContain('"shine", which is nothing that a comparison has');
    expect(await pressed('Log axis')).toBe('true');
    await press('Take out of the link');
    await expect.poll(hash).toBe(`#/compare/2,6?${look}`);
    await go(app, 'compare/1,2?base=5');
    await alert.filter({ hasText: 'The baseline #5 is none of the experiments here' }).waitFor();
  });

  it('an experiment has one colour, whatever stands beside it and wherever', async () => {
    const { page } = app;
    const colourOf = (name: string) =>
      page
        .getByRole('group', { name: 'Experiments compared' })
        .locator('.chip', { hasText: name })
        .locator('.mark')
        .evaluate((mark) => getComputedStyle(mark).backgroundColor);
    for (const place of ['compare/3', 'compare/3,1', 'compare/1,2,3?base=3']) {
      await go(app, place);
      await page.getByTestId('metrics').waitFor();
      expect(await colourOf('sweep 3'), place).toBe(rgb(experimentColour(3, false)));
    }
    const forest = page.getByTestId('forest').locator('svg[aria-label="IML effect"]');
    expect(await forest.innerHTML()).toContain(experimentColour(3, false));
  });

  it('tables are copied as they are', async () => {
    const { page, context } = app;
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await choose(page, 'Copy the table: What differs', 'For a spreadsheet (TSV)');
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).toMatch(/^Field\tsweep 1 \(1\)\tsweep 2 \(2\)\tsweep 3 \(3\)\n/);
    expect(await copied()).toContain('tags.correlation\t1\t0.9\t0.75\n');
    await choose(page, 'Copy the table: Exact match', 'Markdown');
    await expect.poll(copied).toMatch(/^\| Subset +\| +sweep 1 \(1\) \|/);
  });

  it('relations: effects along a field, two columns with their correlation, and axes that choose', async () => {
    const { page } = app;
    await go(app, 'compare/1,2,3,4,5,6/relations');
    await page
      .getByTestId('effects-along')
      .getByRole('img', { name: /IML effect.*0\.5: / })
      .waitFor();
    await column('A line per', 'weight_decay');
    await page
      .getByTestId('effects-along')
      .getByRole('img', { name: /Weight decay, \S+ 0\.1/ })
      .waitFor();
    expect(await page.getByTestId('correlation').innerText()).toMatch(
      /^Pearson’s r = [−\d.]+ \(95 % interval [−\d.]+ to [−\d.]+\) over n = 6 experiments;/,
    );
    const end = page.getByRole('slider', { name: 'Truthfulness α: lower end of what is chosen' });
    await end.focus();
    for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.getByTestId('chosen').innerText()).toMatch(/^5 of 6 experiments/);
    expect(hash()).toContain('brush=tags.correlation:0.75..1');
    expect(await page.getByTestId('correlation').innerText()).toContain(
      'n = 5 experiments (1 not chosen below',
    );
    const csv = (await exported(page, 'Export scatter', 'Points (CSV)')).toString('utf8');
    expect(csv.split('\n')[0]).toBe('experiment,name,tags.correlation,iml');
    const svg = (await exported(page, 'Export parallel axes', 'As shown here (SVG)')).toString('utf8');
    expect(svg).toContain('sweep 6 (#6)');
    // For a paper: what was not chosen is pale there, too.
    await page.getByRole('button', { name: 'Export scatter' }).click();
    const [paper] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'SVG, 3.25 in' }).click(),
    ]);
    const drawn = readFileSync(await paper.path(), 'utf8');
    expect(drawn).toContain('(1 not chosen');
    expect(drawn.match(/opacity="0\.2"/g)).toHaveLength(1);
    await page.getByRole('radio', { name: 'Runs' }).click();
    await expect.poll(() => page.getByTestId('chosen').innerText()).toBe('All 18 runs');
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.getByTestId('chosen').innerText()).toMatch(/^5 of 6 experiments/);
    await expect
      .poll(() => page.getByTestId('correlation').innerText())
      .toContain('n = 5 experiments (1 not chosen below');
    await press('Compare these 5 only');
    await expect.poll(hash).toMatch(/^#\/compare\/1,2,3,5,6\/relations/);
  });

  it('relations of groups: a mark for each, points in their colours, any effect as a column', async () => {
    const { page } = app;
    await go(app, 'compare/1,2,3,4,5,6/relations?effects=iml,d1consis-d3consis');
    await column('Group by', 'alpha');
    await expect.poll(hash).toContain('by=alpha');
    await page
      .getByTestId('effects-along')
      .getByRole('img', { name: /IML effect.* 0\.9: \S+ points \(2 experiments\)/ })
      .waitFor();
    const groups = ['0.5', '0.75', '0.9', '1'].map((alpha) => `Truthfulness α ${alpha}`);
    const legendOf = (panel: string) =>
      page
        .locator('section', { has: page.getByRole('heading', { name: panel, exact: true }) })
        .getByRole('listitem')
        .allInnerTexts();
    await expect.poll(() => legendOf('One column against another')).toEqual(groups);
    await expect.poll(() => legendOf('All of it at once')).toEqual(groups);
    // The effect that was asked for is an axis, under the name that it has everywhere.
    await page.getByRole('button', { name: 'Take out the axis d1consis − d3consis at the end' }).waitFor();
    await column('Up', 'd1consis-d3consis');
    await expect.poll(hash).toContain('y=d1consis-d3consis');
    const points = (await exported(page, 'Export scatter', 'Points (CSV)')).toString('utf8');
    expect(points.split('\n')[0]).toBe('experiment,name,tags.correlation,d1consis-d3consis');
    const along = (
      await exported(page, 'Export effects against a value', 'The numbers shown (CSV)')
    ).toString();
    expect(along.match(/,mean of sweep \d/g)).toHaveLength(8);
    await press('Do not group');
    await expect.poll(hash).not.toContain('by=');
    await expect.poll(() => legendOf('One column against another')).toEqual([]);
  });

  it('relations: how far an effect is from the pinned baseline is a column, named as in the table', async () => {
    const { page } = app;
    await go(app, 'compare/1,2,3/relations?base=2');
    await page.getByTestId('correlation').waitFor();
    const up = page.getByLabel('Up', { exact: true });
    const offered = await up.evaluate((input: HTMLInputElement) =>
      [...input.list!.options].map(({ value }) => value),
    );
    expect(offered).toEqual(expect.arrayContaining(['iml.vs2', 'stage1.vs2']));
    await column('Up', 'iml.vs2');
    await expect.poll(hash).toContain('y=iml.vs2');
    const points = (await exported(page, 'Export scatter', 'Points (CSV)')).toString('utf8');
    const [head, ...rows] = points.trim().split('\n');
    expect(head).toBe('experiment,name,tags.correlation,iml.vs2');
    expect(rows.map((row) => [row[0], Number(row.split(',')[3]) === 0])).toEqual([
      ['1', false],
      ['2', true],
      ['3', false],
    ]);
    await page
      .getByTestId('scatter')
      .getByRole('img', { name: /IML effect less #2/ })
      .waitFor();
  });

  it('has no serious finding of axe, light or dark', async () => {
    const { page } = app;
    for (const place of [
      'compare/1,2,3?layout=overlay&base=2&by=alpha',
      'compare/1,2,3,5/relations?brush=tags.correlation:0.8..1&by=alpha',
    ]) {
      await go(app, place);
      await page.getByTestId(place.includes('relations') ? 'parallel' : 'diff').waitFor();
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
        expect(await seriousFindings(page), `${place}, ${colorScheme}`).toEqual([]);
      }
    }
  });
});

/** As a browser says a colour such as `#2456a6`. */
function rgb(hex: string): string {
  return `rgb(${[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(', ')})`;
}
