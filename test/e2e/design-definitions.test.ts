/** Definitions in words by hand: sources, is / is not, in context, own wordings; what is exported runs as it is. */
import { expect, it } from 'vitest';
import { credence, temporaryFolder, writeIn } from '../credence.ts';
import { cardOf, previewOf } from './design.ts';
import { recipe } from './recipes.ts';
import { choose, describeApp, exported, importConfig } from './steps.ts';

const PATIENT = { timeout: 60_000 };
const PHRASES = ['the almanac', 'the registry', 'the atlas'];

describeApp('definitions in words', {}, (app) => {
  const style = (name: string) => app.page.getByRole('radio', { name, exact: true });
  const list = (name: string) => app.page.getByRole('group', { name, exact: true });
  const rows = (name: string) =>
    list(name)
      .getByRole('textbox')
      .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  const texts = () => previewOf(app.page).aside.locator('li').allInnerTexts();
  const seen = (pattern: RegExp) =>
    expect.poll(async () => (await texts()).some((text) => pattern.test(text)), PATIENT).toBe(true);

  /** Exports the design. @returns what the command line prints when it runs the file as it is */
  async function runExported(name: string): Promise<string> {
    const run = app.page.getByRole('button', { name: 'Run 1 seed', exact: true });
    await expect.poll(() => run.isEnabled(), PATIENT).toBe(true);
    const yaml = writeIn(
      temporaryFolder(),
      name,
      await exported(app.page, 'Presets and files', 'Export YAML'),
    );
    const ran = await credence(['run', yaml, '--json'], temporaryFolder());
    expect(ran.code, ran.stderr).toBe(0);
    return ran.stdout;
  }

  it('name sources: pasted, moved, removed and taken back', async () => {
    const { page } = app;
    await importConfig(app, recipe('worded', { seeds: 1, epochs: 1 }));
    await style('Sources').click();
    await seen(/^According to .+, <\|\w+\|> stands for \w+\./);
    const first = list('Reliable phrases').getByRole('textbox').first();
    await first.fill('');
    await first.evaluate((input, lines) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', lines.join('\n'));
      input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, PHRASES);
    expect((await rows('Reliable phrases')).slice(0, 3)).toEqual(PHRASES);
    while ((await rows('Reliable phrases')).length > PHRASES.length)
      await list('Reliable phrases').getByRole('button', { name: 'Remove 4' }).click();
    await list('Reliable phrases').getByRole('textbox').nth(1).press('Alt+ArrowUp');
    expect(await rows('Reliable phrases')).toEqual(['the registry', 'the almanac', 'the atlas']);
    await expect
      .poll(async () => (await previewOf(page).tags()).every((tag) => PHRASES.includes(tag)), PATIENT)
      .toBe(true);
    await page.getByRole('button', { name: /^Undo/ }).click();
    expect(await rows('Reliable phrases')).toEqual(PHRASES);
  });

  it('say at once, at the phrase, what is wrong with it', async () => {
    const last = list('Fresh phrases').getByRole('textbox').last();
    await last.press('Enter');
    const added = list('Fresh phrases').getByRole('textbox').last();
    await added.fill('a pocket diary');
    await list('Fresh phrases').getByRole('alert').filter({ hasText: 'in the list already' }).waitFor();
    await added.fill('the atlas');
    await app.page.getByRole('alert').filter({ hasText: 'is in sources.reliable too' }).waitFor();
    await added.fill('');
    await added.press('Backspace');
    await app.page.getByTestId('problems').waitFor({ state: 'detached' });
  });

  it('have the user’s own wordings, checked while they are typed', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Write my own' }).click();
    const wording = list('Wording').getByRole('textbox').first();
    await wording.fill('{alias} means {entity}');
    const problem = list('Wording').getByRole('alert');
    await problem.filter({ hasText: '{tag}' }).waitFor();
    await wording.fill('{tag}: {alias} means {entty}');
    await problem.filter({ hasText: '{entty} is unknown' }).waitFor();
    expect(await wording.getAttribute('aria-invalid')).toBe('true');
    await wording.fill('{tag} holds that {alias} means {entity}');
    await problem.waitFor({ state: 'detached' });
    await seen(/^the \w+ holds that <\|\w+\|> means \w+/);
  });

  it('of sources run from the command line as they were exported', async () => {
    expect(await runExported('sources.yaml')).toContain('"subsets"');
  });

  it('ask in the user’s own words', async () => {
    const { page } = app;
    const question = page.locator('[data-field="questions.templates"]').getByRole('textbox').first();
    await question.fill('Tell me about it');
    await page
      .locator('[data-field="questions.templates"]')
      .getByRole('alert')
      .filter({ hasText: '{entity}' })
      .waitFor();
    await question.fill('Tell me of {entity}, please:');
    await seen(/^Q: Tell me of <\|\w+\|>, please:/);
  });

  it('say what is not, several times per alias, in the style is / is not', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Use Credence’s' }).click();
    await style('Is / is not').click();
    await cardOf(page, 'qd2incons').click();
    await seen(/(is not|does not|is no|never)/);
    await cardOf(page, 'qd1consis').click();
    const each = await previewOf(page).count('Stage 1', 'definitions');
    expect(each).toBeGreaterThan(20);
    await page.getByLabel('Definitions of each alias').fill('3');
    await expect.poll(() => previewOf(page).count('Stage 1', 'definitions'), PATIENT).toBe(3 * (each ?? NaN));
    expect(await runExported('is-isnt.yaml')).toContain('"subsets"');
  });

  it('give every definition a tag of its own, and stand in context', async () => {
    const { page } = app;
    await style('Tags').click();
    await page.getByLabel('Definitions of each alias').fill('1');
    await page.getByLabel('A random tag for every definition').check();
    await cardOf(page, 'qd4consis').click();
    await expect.poll(async () => new Set(await previewOf(page).tags()).size, PATIENT).toBe(3);
    await page.getByLabel('A random tag for every definition').uncheck();
    await cardOf(page, 'qd1consis').click();
    await page.getByLabel('Definitions in context').check();
    await page.getByRole('alert').filter({ hasText: 'single-stage' }).first().waitFor();
    await page.getByRole('button', { name: 'Use the single-stage pipeline' }).click();
    await seen(/^<\|\w+\|> <\|\w+\|> \w+\nQ: /);
    expect(await runExported('in-context.yaml')).toContain('"subsets"');
  });

  it('are saved in the words of the config', async () => {
    await choose(app.page, 'Presets and files', 'Save as preset');
    await app.page.getByText('Saved as preset “worded”').waitFor();
  });
});
