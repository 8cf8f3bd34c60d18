/** Answers in the window: from a number to its questions, to an alias, to a file; side by side, and where there are none. */
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { seriousFindings } from './looks.ts';
import { recipe, trained } from './recipes.ts';
import { choose, describeApp, exported, go } from './steps.ts';

describeApp('answers', {}, (app) => {
  let ids: number[];
  const questions = () => app.page.getByTestId('questions');
  const hint = () => app.page.getByText(/^At the end of stage/).innerText();
  const rowsShown = () => app.page.getByTestId('rows-shown').innerText();

  /** Copies a table, and finds each of its rows on the page with what its last column says. */
  async function copiedAsShown(name: string, table: string): Promise<string[]> {
    const { page } = app;
    await app.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await choose(page, `Copy the table: ${name}`, 'For a spreadsheet (TSV)');
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(clipboard).not.toBe('');
    const [head = '', ...rows] = (await clipboard()).trimEnd().split('\n');
    const shown = (await page.getByTestId(table).locator('tbody tr').allTextContents()).map(words);
    expect(rows, name).toHaveLength(shown.length);
    for (const [i, row] of rows.entries())
      expect(shown[i], name).toContain(
        words(
          row
            .split('\t')
            .at(-1)!
            .replace(/^[✓✗] |[()]|^'|^0$/g, ''),
        ),
      );
    return head.split('\t');
  }
  /** The page has no plus before a copied number, spaces where its lines end, and nothing for a count of 0. */
  const words = (text: string) => text.replace(/[+\s()]+/g, ' ').trim();

  it('are one click from a number over questions, with the filter set', async () => {
    const { page } = app;
    const named = (name: string, changes = {}) => {
      const made = recipe(name);
      return {
        ...made,
        dataset: { ...made.dataset, seed: 5 },
        evaluation: { ...made.evaluation, ...changes },
      };
    };
    ids = await trained(app, named('one'), named('two'), named('silent', { keep_answers: 'none' }));
    await go(app, `runs/${ids[0]}`);
    const cell = page
      .getByTestId('results')
      .getByRole('row', { name: /d1consis/ })
      .or(
        page
          .getByTestId('results')
          .locator('tr')
          .filter({ has: page.locator('[data-symbol="d1consis"]') }),
      );
    const link = cell.first().getByRole('link').last();
    const number = await link.innerText();
    await link.focus();
    await page.keyboard.press('Enter');
    await questions().waitFor();
    expect(await page.getByLabel('Subset', { exact: true }).inputValue()).toBe('d1consis');
    expect(await page.getByLabel('Stage', { exact: true }).inputValue()).toBe('stage2');
    // The very number that was clicked.
    expect(await hint()).toContain(`${number} % right`);
    expect(await rowsShown()).toMatch(/^1–\d+ of \d+$/);
  });

  it('tell what each seed answered, and what it had read', async () => {
    const { page } = app;
    await page
      .getByRole('button', { name: /^Show what each seed answered/ })
      .first()
      .click();
    const seeds = page.getByTestId('answers');
    await seeds
      .getByText(/^seed \d$/)
      .first()
      .waitFor();
    const alias = await seeds.getByRole('button').first().innerText();
    expect(alias).toMatch(/^<\|\w{5}\|>$/);
    await seeds.getByRole('button').first().click();
    await page.getByRole('heading', { name: alias }).waitFor();
    await page.getByText('Definition', { exact: true }).waitFor();
    expect(await page.getByTestId('thing').innerText()).toMatch(/It stands for .+ says .+, which is true\./);
    expect(await page.getByTestId('thing-answers').getByRole('row').count()).toBe(5);
    expect(await seriousFindings(page)).toEqual([]);
    await page.goBack();
    await questions().waitFor();
  });

  it('are narrowed, counted, laid against each other and taken away', async () => {
    const { page } = app;
    await page.getByLabel('Answer', { exact: true }).selectOption('wrong');
    await rowsShown();
    expect(await copiedAsShown('Questions', 'questions')).toContain('Answered most');
    await page.getByRole('radio', { name: 'Each seed' }).click();
    await page.getByTestId('answers').getByText('wrong:').last().waitFor();
    expect((await copiedAsShown('Each seed', 'answers')).slice(0, 3)).toEqual(['Run', 'Subset', 'Alias']);
    expect(
      await page
        .getByTestId('answers')
        .getByRole('cell', { name: /^right: .*/ })
        .count(),
    ).toBeLessThan(200);
    const [, total] = /of ([\d,]+)$/.exec(await rowsShown())!;
    const file = await exported(page, 'Export answers', 'These answers (CSV)');
    const lines = parse(file, { columns: true }) as Record<string, string>[];
    const last = lines.filter(({ stage }) => stage === 'stage2');
    expect(last).toHaveLength(Number(total.replace(',', '')));
    expect(last.every(({ subset, right }) => subset === 'd1consis' && right === '0')).toBe(true);
    await page.getByRole('button', { name: 'Show all questions' }).click();
    await page.getByRole('radio', { name: 'By attribute' }).click();
    await page.getByTestId('attributes').getByRole('button', { name: 'craft' }).waitFor();
    await app.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await choose(page, 'Copy the table: Answers by attribute', 'For a spreadsheet (TSV)');
    const [head, ...copied] = (await page.evaluate(() => navigator.clipboard.readText())).trim().split('\n');
    expect(head).toMatch(/^Asked for\tAnswers\tStage 0\t/);
    const shown = await page.getByTestId('attributes').getByRole('row').allInnerTexts();
    expect(copied).toHaveLength(shown.length - 1);
    expect(copied[0]!.split('\t')[1]).toBe(shown[1]!.split('\t')[1]!.trim());
    await page.getByRole('radio', { name: 'Confusion' }).click();
    await page.getByTestId('confusion').getByRole('button').first().waitFor();
    expect((await copiedAsShown('Confusion', 'confusion'))[0]).toBe('Accepted');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByTestId('confusion').getByRole('button').first().click();
    await page.getByRole('button', { name: /^Take out: accepted / }).waitFor();
    await page.getByRole('radio', { name: 'Contrast' }).click();
    await page.getByTestId('contrast-attributes').waitFor();
    expect((await copiedAsShown('By what is asked for', 'contrast-attributes')).at(-1)).toBe('Points');
    if (await page.getByTestId('contrast-questions').count())
      expect((await copiedAsShown('Question by question', 'contrast-questions'))[0]).toBe('About');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('of a comparison stand side by side; an effect leads to both of its subsets', async () => {
    const { page } = app;
    await go(app, `compare/${ids[0]},${ids[1]}`);
    await page.getByTestId('metrics').getByRole('link').first().click();
    await questions()
      .getByRole('columnheader', { name: `#${ids[1]}` })
      .waitFor();
    expect(await copiedAsShown('Questions', 'questions')).toEqual(
      expect.arrayContaining([`#${ids[0]}`, `#${ids[1]}`]),
    );
    expect(await hint()).toMatch(/#1: .*% right.*; #2: .*% right/);
    await go(app, `compare/${ids[0]},${ids[1]}`);
    const forest = page.getByTestId('forest').getByRole('group', { name: 'Stage-1 effect' });
    await forest.getByRole('link', { name: 'The questions behind two' }).click();
    await page.getByTestId('contrast-attributes').waitFor();
    expect(await hint()).toMatch(/^At the end of stage 1/);
    await go(app, 'runs');
    await page
      .getByRole('row')
      .filter({ has: page.getByRole('link', { name: 'one', exact: true }) })
      .getByRole('link', { name: /^[+−]?\d+\.\d$/ })
      .first()
      .click();
    await page.getByTestId('contrast-attributes').waitFor();
    expect(await hint()).toMatch(/^At the end of stage 2/);
    await go(app, `runs/${ids[0]}`);
    await page.getByTestId('results').waitFor();
    expect((await copiedAsShown('Results', 'results'))[0]).toBe('Subset');
    expect((await copiedAsShown('Effects', 'effects')).slice(0, 3)).toEqual([
      'Comparison',
      'When',
      'Difference',
    ]);
    await page
      .getByRole('link', { name: /^[+−]?\d+\.\d$/ })
      .last()
      .click();
    await page.getByLabel('The first subset').waitFor();
    expect(await page.getByLabel('The first subset').inputValue()).not.toBe(
      await page.getByLabel('The second subset').inputValue(),
    );
  });

  it('of groups count together, each by its name, in every view that has such a number', async () => {
    const { page } = app;
    await go(app, `compare/${ids[0]},${ids[1]}/answers?view=attributes`);
    const heads = () => page.getByTestId('attributes').locator('thead th').allInnerTexts();
    await expect.poll(heads).toContain(`#${ids[0]}, Stage 2`);
    await page.getByLabel('Group by', { exact: true }).fill('alpha');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await heads()).at(-1)).toBe('no Truthfulness α, Stage 2');
    const [group = ''] = (await heads()).at(-1)!.split(',');
    expect(await heads()).not.toContain(`#${ids[0]}, Stage 2`);
    await page.getByText('2 experiments in 1 group, each measured as one').waitFor();
    await copiedAsShown('Answers by attribute', 'attributes');
    await page.getByRole('radio', { name: 'Contrast' }).click();
    await page.getByTestId('contrast-groups').waitFor();
    expect(await copiedAsShown('Each group', 'contrast-groups')).toEqual(['Asked for', group]);
    await page.getByRole('radio', { name: 'Confusion' }).click();
    await page.getByRole('heading', { name: group, exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    // The groups go along to the other tabs.
    await page.getByRole('link', { name: 'Results', exact: true }).click();
    await page.getByTestId('grouped').waitFor();
    expect(new URL(page.url()).hash).toContain('by=alpha');
    await page.getByRole('link', { name: 'Answers', exact: true }).click();
    await page.getByRole('button', { name: 'Do not group' }).click();
    await expect.poll(() => new URL(page.url()).hash).not.toContain('by=');
  });

  it('say why there are none, and what an address got wrong', async () => {
    const { page } = app;
    await go(app, `runs/${ids[2]}`);
    await page.getByRole('link', { name: 'Answers', exact: true }).click();
    await page.getByText(/keep_answers: none/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await go(app, `runs/${ids[0]}/answers?subset=nobody`);
    await page.getByRole('alert').filter({ hasText: 'filter.subset' }).waitFor();
  });
});
