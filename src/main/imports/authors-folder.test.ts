/** Files that Hugging Face's Trainer and PyTorch's writer wrote (test/golden/authors-folder.py, event-files.py). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { expect, test } from 'vitest';
import { seriesInFolder } from './series-files.ts';
import { readSeries } from '#lab/series/import.ts';

const GOLDEN = fileURLToPath(new URL('../../../test/golden/authors-folder/', import.meta.url));

interface Logged {
  log_history: Record<string, number>[];
  events: { tag: string; step: number; value: number }[];
}
const logged = JSON.parse(readFileSync(path.join(GOLDEN, 'expected.json'), 'utf8')) as Record<string, Logged>;

const KEYS = ['d1consis', 'd2consis', 'qd1consis', 'qd2incons'] as const;
const ENDS = { exact_match: 'EM', f1: 'F1', loss: 'loss' } as const;

async function read(wanted: (name: string) => boolean) {
  const files = seriesInFolder(path.join(GOLDEN, 'tiny_two_stage')).filter(({ name }) => wanted(name));
  return readSeries(files, { name: 'tiny' });
}

const folderOf = (stage: string, seed: number) =>
  stage === 'stage1' ? `first_stage_s${seed}` : `s${seed}_s2stage0`;

test.each([
  ['trainer_state.json and event files', () => true, (value: number) => value],
  ['event files alone', (name: string) => name.includes('tfevents'), Math.fround],
])('%s of the Trainer give the numbers that it logged', async (_, wanted, digits) => {
  const { runs, config } = await read(wanted);
  expect(config.stages).toMatchObject([
    { stage: 'stage1', epochs: 3 },
    { stage: 'stage2', epochs: 2 },
  ]);
  expect(runs.map(({ seed, evaluations }) => [seed, [...evaluations()].length])).toEqual([
    [0, 5],
    [1, 5],
  ]);
  for (const { seed, evaluations } of runs)
    for (const { stage, epoch, metrics } of evaluations()) {
      const entries = logged[folderOf(stage, seed)].log_history.filter((entry) => entry.epoch === epoch);
      const valueOf = (name: string) => digits(entries.find((entry) => name in entry)![name]);
      for (const key of KEYS)
        for (const [metric, end] of Object.entries(ENDS)) {
          const found = metrics.find(({ subset, test }) => subset === key && test === 'questions');
          expect(found?.[metric as keyof typeof ENDS]).toBe(valueOf(`eval_${key}_${end}`));
        }
      const asked = metrics.find(({ test }) => test === 'association');
      const wordings = ['who', 'meaning'].map((each) => valueOf(`eval_ent_assoc_${each}_d1consis_EM`));
      expect(asked?.exact_match).toBeCloseTo((wordings[0] + wordings[1]) / 2, 12);
    }
});

test('event files give what TensorBoard’s own reader finds in them', async () => {
  const { runs } = await read((name) => name.includes('tfevents'));
  for (const { seed, evaluations } of runs)
    for (const stage of ['stage1', 'stage2'])
      for (const key of KEYS) {
        const events = logged[folderOf(stage, seed)].events.filter(({ tag }) => tag === `eval/${key}_EM`);
        const found = [...evaluations()]
          .filter((each) => each.stage === stage)
          .map(
            ({ metrics }) =>
              metrics.find(({ subset, test }) => subset === key && test === 'questions')!.exact_match,
          );
        expect(found).toEqual(events.map(({ value }) => value));
      }
});
