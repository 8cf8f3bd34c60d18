/** Pipelines and seeds by hand: how many runs come of it, and that they are what is queued. */
import { expect, it } from 'vitest';
import { seriousFindings } from './looks.ts';
import { recipe } from './recipes.ts';
import { describeApp, importConfig } from './steps.ts';

const PATIENT = { timeout: 60_000 };

describeApp('the pipeline of a design', {}, (app) => {
  const runs = () => app.page.getByTestId('runs').innerText();
  const says = (text: string) => expect.poll(runs, PATIENT).toBe(text);

  it('says how many runs its seeds come to', async () => {
    const { page } = app;
    const nested = recipe('nested', { seeds: 6, epochs: 1 });
    nested.training.stage1.epochs = 6;
    await importConfig(app, nested);
    await says('6 seeds = 6 runs.');
    await page.getByLabel('Stage-2 seeds of each seed').fill('2');
    await says('6 seeds × 2 stage-2 seeds = 12 runs; stage 1 is trained 6 times.');
    await page.getByRole('button', { name: 'Start 12 runs' }).waitFor();
  });

  it('starts stage 2 from every kept checkpoint, in one step that can be undone', async () => {
    const { page } = app;
    const each = page.getByRole('switch', { name: /^Stage 2 from every kept checkpoint/ });
    await each.check();
    await says('6 seeds × 2 stage-2 seeds × 3 starting points = 36 runs; stage 1 is trained 6 times.');
    await page.locator('[data-field="training.stage1.save_every"] input').first().fill('3');
    await says('6 seeds × 2 stage-2 seeds × 2 starting points = 24 runs; stage 1 is trained 6 times.');
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('button', { name: /^Undo/ }).click();
    await says('6 seeds × 2 stage-2 seeds = 12 runs; stage 1 is trained 6 times.');
    expect(await each.isChecked()).toBe(false);
  });

  it('says where a pipeline and its seeds do not go together', async () => {
    const { page } = app;
    await page.getByLabel('Single-stage').check();
    await page.locator('[data-field="seeds_stage2"]').getByRole('alert').waitFor();
    await page.getByLabel('Three-stage').check();
    await says('6 seeds × 2 stage-2 seeds = 12 runs; stage 1 and its QA stage are trained 6 times.');
    await page.getByRole('group', { name: 'Stage 1, QA', exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('queues those runs', async () => {
    const { page } = app;
    await page.getByLabel('Two-stage').check();
    await page.getByLabel(/^Seeds/).fill('1');
    await page.getByLabel('Order of documents').selectOption('deterministic');
    await page.getByRole('button', { name: 'Start 2 runs' }).click();
    await page.getByRole('heading', { name: 'nested', exact: true }).waitFor();
    const { experiment, runs: queued } = await app.post<{
      experiment: { config: { training: { sampler: string } } };
      runs: { seed: number; seed_stage2: number }[];
    }>('experiments.get', { id: 1 });
    expect(queued.map(({ seed, seed_stage2 }) => [seed, seed_stage2])).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(experiment.config.training.sampler).toBe('deterministic');
  });
});
