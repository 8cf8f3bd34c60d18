/** Shares of the subsets: what is typed stays as it was typed, and what is shown is what results. */
import { expect, it } from 'vitest';
import { shareOf, shares } from './design.ts';
import { recipe } from './recipes.ts';
import { describeApp, importConfig } from './steps.ts';

describeApp('shares of the subsets', {}, (app) => {
  const type = async (name: Parameters<typeof shareOf>[1], text: string) => {
    await shareOf(app.page, name).fill(text);
    await shareOf(app.page, name).press('Enter');
  };
  const total = async () => Object.values(await shares(app.page)).reduce((sum, share) => sum + share, 0);
  const run = () => app.page.getByRole('button', { name: /^Run( \d+ seeds?)?$/ });

  it('typed ones stay exactly as they are when others are typed', async () => {
    await importConfig(app, recipe('shares', { entities: 800 }));
    await type('d1consis', '7.5');
    await type('q', '17,5');
    await type('d2consis', '9.125');
    const found = await shares(app.page);
    expect([found['d1consis'], found['q'], found['d2consis']]).toEqual([7.5, 17.5, 9.125]);
    expect(await total()).toBeCloseTo(100, 6);
    expect(await app.page.getByLabel('Keep the share of q', { exact: true }).isChecked()).toBe(true);
  });

  it('a slider makes no typed share give way', async () => {
    await app.page.getByLabel('Share of qd1consis', { exact: true }).fill('0.4');
    const found = await shares(app.page);
    expect([found['d1consis'], found['q'], found['d2consis'], found['qd1consis']]).toEqual([
      7.5, 17.5, 9.125, 40,
    ]);
    expect(await total()).toBeCloseTo(100, 6);
  });

  it('what cannot add up is shown as it was typed, is said, and does not run', async () => {
    await type('qd1consis', '90');
    expect((await shares(app.page))['qd1consis']).toBe(90);
    await app.page
      .getByText(/subsets\.fractions: they sum to 1\.\d+, not 1/)
      .first()
      .waitFor();
    await expect.poll(() => run().isDisabled()).toBe(true);
    await type('qd1consis', '40');
    await expect.poll(() => run().isDisabled()).toBe(false);
  });

  it('a number that is none, or no share, changes nothing and says so', async () => {
    await type('q', '170');
    await app.page.getByText('170 is not from 0 to 100').waitFor();
    await shareOf(app.page, 'q').press('Escape');
    expect((await shares(app.page))['q']).toBe(17.5);
  });

  it('with α, bar and cards show what results, as the texts have it', async () => {
    const { page } = app;
    await importConfig(app, { ...recipe('alpha', { entities: 800 }), tags: { correlation: 0.75 } });
    const card = (name: string) => page.locator(`[data-field="subsets.fractions.${name}"]`);
    await card('qd1consis').getByText('18.75 % as α mixes them · 150 entities').waitFor();
    await card('qd1incons').getByText('6.25 % as α mixes them · 50 entities').waitFor();
    expect(await card('q').locator('.comes-to').innerText()).toBe('80 entities');
    const bar = page.locator('[data-field="subsets"]');
    await expect.poll(() => bar.getByRole('button', { name: /qd1incons, 6\.3 %/ }).count()).toBe(1);
    // α alone decides between the two of one tag; the border to another tag moves both.
    await expect
      .poll(() => page.getByRole('separator', { name: 'Border of qd1consis and qd1incons' }).count())
      .toBe(0);
  });
});
