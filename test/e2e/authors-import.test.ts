/** A config of the paper's authors, opened in the Design view: every key's fate first, then the design. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { authorsYaml } from '../authors.ts';
import { temporaryFolder, writeIn } from '../credence.ts';
import { previewOf } from './design.ts';
import { choose, describeApp, go } from './steps.ts';

const files = temporaryFolder();
const MENU = 'Presets and files';

describeApp('a config of the authors', {}, (app) => {
  const name = () => app.page.getByLabel('Name of the experiment').inputValue();
  const dialog = () => app.page.getByRole('dialog');
  /** Through the menu, as a person finds it. */
  async function open(file: string, content: string): Promise<void> {
    const chooser = app.page.waitForEvent('filechooser');
    await choose(app.page, MENU, 'Open the authors’ config…');
    await (await chooser).setFiles(writeIn(files, file, content));
    await dialog().waitFor();
  }

  it('shows what became of every key before anything changes', async () => {
    await go(app, 'design');
    await previewOf(app.page).definitions();
    const before = await name();
    const text = authorsYaml('text', { training_arguments: { optim: 'sgd' } });
    await open('theirs.yaml', text);
    await dialog().getByText('theirs.yaml', { exact: true }).waitFor();
    await dialog().getByText('partly supported', { exact: false }).waitFor();
    await dialog().getByText('Adafactor, the paper’s, stands in').waitFor();
    expect(await dialog().getByText('data_arguments.num_ents').isVisible()).toBe(false);
    await dialog().getByText('Mapped to our fields').click();
    await dialog().getByText('dataset.n_entities', { exact: true }).waitFor();
    await dialog()
      .getByText(/^Ignored/)
      .click();
    await dialog().getByText('training_arguments.bf16').waitFor();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    expect(await name()).toBe(before);
  });

  it('opens the design, which undo takes back', async () => {
    const before = await name();
    await open('sets.yaml', authorsYaml('sets'));
    await dialog().getByRole('button', { name: 'Open the design' }).click();
    await expect.poll(name).toBe('sets');
    const count = () => previewOf(app.page).count('Stage 2', 'definitions');
    await expect.poll(count, { timeout: 60_000 }).toBe(6);
    await app.page.getByRole('button', { name: 'Undo (Ctrl Z)' }).click();
    await expect.poll(name).toBe(before);
    await app.page.getByRole('button', { name: 'Redo (Ctrl Shift Z)' }).click();
    await expect.poll(name).toBe('sets');
  });

  it('says why a file does not open, and keeps the design', async () => {
    await open('toy.yaml', 'toy_example_arguments: { n_seeds: 2, n_clusters: 2 }\n');
    await dialog()
      .getByText(/dataset\.n_clusters: 2/)
      .first()
      .waitFor();
    await expect.poll(() => dialog().getByRole('button', { name: 'Open the design' }).count()).toBe(0);
    await app.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(await name()).toBe('sets');
  });

  it('writes the data of the design as files', async () => {
    await choose(app.page, MENU, 'Export data (JSON Lines)');
    await app.page.getByText(/Wrote \d+ files into/).waitFor({ timeout: 60_000 });
    const folder = path.join(app.home, 'exports', 'sets-seed-0');
    expect(readdirSync(folder)).toContain('stage2.jsonl');
    expect(readFileSync(path.join(folder, 'stage2.jsonl'), 'utf8').split('\n').length).toBe(18 + 1);
  });
});
