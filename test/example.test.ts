/** The experiment that ships: it opens as an import does, and as often as it is asked for. */
import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exampleFile } from '#main/resources.ts';
import { openService } from './service.ts';

it('opens finished, marked as an example, with an effect whose interval is above zero', async () => {
  const { api } = openService();
  const { id, outcome, runs } = await api.call('examples.open', {});
  expect({ outcome, runs }).toEqual({ outcome: 'new', runs: 10 });
  const [listed] = await api.call('experiments.list', {});
  expect(listed).toMatchObject({ id, labels: ['example'], states: { done: 10, interrupted: 0 } });
  const { effects } = await api.call('analysis.effects', { experiment: id });
  expect(effects.effects.iml?.low).toBeGreaterThan(0);
  expect((await api.call('answers.overview', { experiments: [id] })).experiments[0]?.missing).toBeNull();
  const text = await api.call('export.json', { experiment: id });
  expect(text.text, 'folders of the machine where it was trained').not.toMatch(/"\/(tmp|home|work|root)\//);
  await api.close();
});

it('is removed like any other, and brought back; opened twice it is there once', async () => {
  const { api } = openService();
  const { id } = await api.call('examples.open', {});
  expect((await api.call('examples.open', {})).outcome).toBe('known');
  await api.call('experiments.delete', { ids: [id] });
  expect(await api.call('experiments.list', {})).toEqual([]);
  expect((await api.call('examples.open', {})).id).toBe(id);
  await api.call('experiments.archive', { ids: [id], archived: true });
  await api.call('examples.open', {});
  expect((await api.call('experiments.list', {})).map((each) => each.id)).toEqual([id]);
  await api.close();
});

it('is small', () => {
  expect(statSync(exampleFile()).size).toBeLessThan(1_000_000);
});
