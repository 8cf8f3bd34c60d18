/** Training on a cluster from the window: described, chosen, sent, watched, cancelled, sent again. On a real Slurm. */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../credence.ts';
import { noSlurm, startSlurm, type Slurm } from '../slurm-one-node.ts';
import { seriousFindings } from './looks.ts';
import { ENDLESS, recipe } from './recipes.ts';
import { describeApp, go, importConfig, TRAINING } from './steps.ts';

const why = noSlurm();
const folder = temporaryFolder();
let slurm: Slurm | undefined;

const options = {
  env: { SLURM_CONF: path.join(folder, 'slurm.conf') },
  prepare: async () => void (slurm = await startSlurm(folder, 16_827)),
};

describe.skipIf(why !== null)(`on a real Slurm${why === null ? '' : `: ${why}`}`, () => {
  afterAll(() => slurm?.stop());

  describeApp('clusters', options, (app) => {
    const form = () => app.page.getByTestId('cluster-form');
    const job = (id: number) => app.page.getByTestId(`job-${id}`);

    it('describes one, is told what is wrong with it, and keeps it', async () => {
      const { page } = app;
      await go(app, 'queue');
      await page.getByText(/This machine has slurm-wlm/).waitFor();
      await page.getByRole('button', { name: 'Add a cluster' }).click();
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
      expect(await form().getByLabel('Folder for jobs').inputValue()).toBe(path.join(app.home, 'slurm'));
      await form().getByLabel('Time limit').fill('soon');
      await form().getByRole('button', { name: 'Check' }).click();
      await form()
        .getByRole('alert')
        .getByText(/time.*write 90 \(minutes\)/)
        .waitFor();
      await form().getByLabel('Time limit').fill('10');
      await form().getByRole('button', { name: 'Check' }).click();
      await form()
        .getByText(/Found slurm-wlm .* on this machine/)
        .waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await form().getByLabel('Name').fill('lab');
      await page.keyboard.press('Enter');
      await page.getByTestId('clusters').getByText('lab', { exact: true }).waitFor();
    });

    it('sends a design there, and has what it found in the history by itself', async () => {
      const { page } = app;
      await importConfig(app, recipe('far away', { seeds: 2 }));
      await page.getByLabel('Where to run').selectOption('on lab');
      await page.getByRole('button', { name: 'Run 2 seeds' }).click();
      await page.getByText('2 of 2 seeds done').waitFor({ timeout: TRAINING });
      await go(app, 'queue');
      await job(1).getByText('job 1 on this machine, over; 2 of 2 runs done').waitFor();
      expect(await job(1).getByRole('button').count()).toBe(0);
    });

    it('cancels a job, says why it ended, and sends the rest again', async () => {
      const { page } = app;
      await importConfig(app, recipe('endless', { seeds: 1, ...ENDLESS }));
      await page.getByLabel('Where to run').selectOption('on lab');
      await page.getByRole('button', { name: 'Run 1 seed' }).click();
      await page.getByText('0 of 1 done').waitFor();
      await go(app, 'queue');
      await job(2).getByText('running', { exact: true }).waitFor({ timeout: TRAINING });
      await job(2).getByRole('button', { name: 'Cancel' }).click();
      await job(2).getByRole('button', { name: 'Send 1 run again' }).waitFor({ timeout: TRAINING });
      await job(2).getByText('1 task').click();
      await job(2)
        .getByText(/was cancelled/)
        .waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await job(2).getByRole('button', { name: 'Send 1 run again' }).click();
      await job(2).getByText('running', { exact: true }).waitFor({ timeout: TRAINING });
      const runs = await app.post<{ runs: { state: string }[] }>('experiments.get', { id: 2 });
      expect(runs.runs.map(({ state }) => state)).not.toContain('interrupted');
      await go(app, 'runs/2');
      expect(await page.getByRole('button', { name: 'Pause', exact: true }).count()).toBe(0);
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await page.getByText('What was saved lies with the job on the cluster').waitFor({ timeout: TRAINING });
      await page.getByRole('button', { name: 'See the job' }).click();
      await job(2).getByRole('button', { name: 'Send 1 run again' }).waitFor({ timeout: TRAINING });
    });

    it('forgets a cluster, and takes that back', async () => {
      const { page } = app;
      await page.getByRole('button', { name: 'Remove lab' }).click();
      await page.getByText('None yet.').waitFor();
      await page.getByRole('button', { name: 'Undo', exact: true }).click();
      await page.getByTestId('clusters').getByText('lab', { exact: true }).waitFor();
    });
  });
});
