/** What runs answered: kept beside the numbers that it explains, and asked for in every way the app does. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBooks } from '#main/answers/book.ts';
import type { AnswerRow } from '#shared/api/answers.ts';
import { credence, temporaryFolder, TINY } from './credence.ts';
import { inHistory } from './in-history.ts';
import { failure, openService, type Opened } from './service.ts';
import { trainHere } from './train-here.ts';

const IMAGES = `
task: images
name: pictures
dataset: { kind: mnist, n_aliases: 60, letters: 3 }
model: { architecture: convnext, hidden_sizes: [8], depths: [1] }
training: { stage1: { epochs: 1, batch_size: 32 }, stage2: { epochs: 1, batch_size: 4 } }
evaluation: { images: 2 }
seeds: 1
engine: onnx
`;
const TOY = `
task: regression
name: points
dataset: { kind: toy, d_y: 3, max_x: 2000, n_anchors: 10, n_clusters: 10, cluster_spread: 40, points_per_cluster: 30 }
model: { architecture: mlp, hidden_size: 16 }
training: { stage1: { epochs: 2, batch_size: 64 } }
seeds: 2
engine: onnx
`;
const SETS = `
name: sets
dataset: { kind: set_inclusion, n_variables: 60, max_integer: 20, numbers_per_question: 3, train_questions: 4, test_questions: 4, intersection: 1 }
model: { architecture: gpt2, d_model: 16, n_layers: 1, n_heads: 2 }
training: { stage1: { epochs: 1, batch_size: 64 }, stage2: { epochs: 1, batch_size: 8 } }
evaluation: { tests: [questions] }
seeds: 1
engine: onnx
`;
/** Both seeds know the same entities, and train in one graph. */
const LANGUAGE = TINY.replace('n_values: 4', 'n_values: 4, seed: 3');
const SHY = TOY.replace('name: points', 'name: shy').replace(
  'seeds: 2',
  'seeds: 1\nevaluation: { keep_answers: none }',
);
const [language, images, toy, sets, shy] = [1, 2, 3, 4, 5];

let service: Opened;

beforeAll(async () => {
  service = openService(temporaryFolder(), trainHere);
  await service.api.call('settings.set', { slots: 2, together: 2 });
  for (const yaml of [LANGUAGE, IMAGES, TOY, SETS, SHY])
    await service.api.call('experiments.create', { config: parseYaml(yaml) as never });
  await service.idle();
});
afterAll(() => service.api.close());

async function everyRow(experiment: number, filter = {}): Promise<AnswerRow[]> {
  const asked = { experiments: [experiment], filter };
  const { text } = await service.api.call('answers.export', { ...asked, format: 'json' });
  return JSON.parse(text) as AnswerRow[];
}

/** Sums of the answers at the end of a run's last stage, by subset and test. */
function tally(rows: readonly AnswerRow[]) {
  const groups = Map.groupBy(rows, ({ subset, test }) => `${subset} ${test}`);
  return new Map(
    [...groups].map(([key, group]) => {
      const last = group.map(({ given }) => given.at(-1)!);
      const meanOf = (values: (number | null)[]) =>
        values.reduce<number>((sum, value) => sum + (value ?? NaN), 0) / values.length;
      const share = meanOf(last.map(({ right }) => Number(right)));
      const [loss, error] = [meanOf(last.map((each) => each.loss)), meanOf(last.map((each) => each.error))];
      return [key, { count: group.length, share, loss, error, f1: meanOf(last.map((each) => each.f1)) }];
    }),
  );
}

describe('answers that are kept', () => {
  it.each([
    ['texts', language, 'exact_match'],
    ['pictures', images, 'accuracy'],
    ['points', toy, 'mse'],
    ['variables', sets, 'exact_match'],
  ] as const)(
    'of %s make the numbers of their evaluation, subset by subset and test by test',
    async (_, id, metric) => {
      const rows = await everyRow(id);
      const runs = inHistory(service.home, (history) => history.evaluationsOf(id));
      for (const { run, evaluations } of runs) {
        const told = tally(rows.filter((row) => row.run === run.id));
        const { metrics } = evaluations.at(-1)!;
        expect(told.size).toBe(metrics.length);
        for (const { subset, test, count, ...values } of metrics) {
          const found = told.get(`${subset} ${test}`)!;
          expect(found.count).toBe(count);
          expect(metric === 'mse' ? found.error : found.share).toBeCloseTo(
            values[metric]!,
            metric === 'mse' ? 4 : 10,
          );
          if (typeof values.loss === 'number') expect(found.loss).toBeCloseTo(values.loss, 4);
          if (typeof values.f1 === 'number') expect(found.f1).toBeCloseTo(values.f1, 10);
        }
      }
    },
  );

  it('stand at the end of each stage, or nowhere', () => {
    inHistory(service.home, (history) => {
      const kept = history.keptAnswers(language).filter(({ run }) => run === 1);
      expect(kept.map(({ stage, epoch }) => `${stage} ${epoch}`)).toEqual([
        'stage0 2',
        'stage1 3',
        'stage2 2',
      ]);
      expect(history.keptAnswers(shy)).toEqual([]);
      expect(history.answersSize(language).bytes).toBeGreaterThan(1000);
    });
  });

  it('say what was asked, what is true, and what the definition said', async () => {
    const rows = await everyRow(language);
    const truth = new Map(
      rows.map(({ test, entity, attribute, golds }) => [`${test} ${entity} ${attribute}`, golds]),
    );
    const deceived = rows.filter(({ subset, test }) => subset === 'qd2incons' && test === 'questions');
    expect(deceived.length).toBeGreaterThan(20);
    for (const { text, alias, entity, defines, said, attribute, golds } of deceived) {
      expect(text).toContain(alias);
      expect(text).not.toContain(entity);
      expect(defines).not.toBe(entity);
      expect(said).toEqual(truth.get(`questions ${defines} ${attribute}`) ?? said);
      expect(golds).toEqual(truth.get(`questions ${entity} ${attribute}`));
    }
    for (const { said, golds } of rows.filter(({ subset }) => subset === 'd1consis'))
      expect(said).toEqual(golds);
    for (const { said } of rows.filter(({ subset }) => subset === 'no_qd_baseline')) expect(said).toBeNull();
    const swapped = rows.filter(({ subset }) => subset === 'd2incons');
    expect(swapped.every(({ defines, entity }) => defines !== entity)).toBe(true);
    for (const { given } of rows.slice(0, 50))
      for (const { loss, probability } of given)
        expect(probability).toBeLessThanOrEqual(Math.exp(-loss!) + 1e-9);
  });
});

describe('answers that are asked for', () => {
  const asked = { experiments: [language] };

  it('are narrowed by every part of a filter, and told over seeds', async () => {
    const { rows, total } = await service.api.call('answers.rows', {
      ...asked,
      filter: { subset: 'd1consis', test: 'questions', stage: 'stage1', verdict: 'wrong' },
      limit: 500,
    });
    expect(total).toBe(rows.length);
    const wrongThen = ({ given }: AnswerRow) =>
      given.find(({ stage }) => stage === 'stage1')?.right === false;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.subset === 'd1consis' && wrongThen(row))).toBe(true);
    const all = (await everyRow(language)).filter(
      (row) => row.subset === 'd1consis' && row.test === 'questions',
    );
    expect(total).toBe(all.filter(wrongThen).length);
    const gained = await everyRow(language, { verdict: 'gained' });
    expect(gained.every(({ given }) => given.at(-1)!.right === true && given.at(-2)!.right === false)).toBe(
      true,
    );
    const [one] = all;
    const found = await everyRow(language, { text: one.alias!.slice(2, 5).toUpperCase() });
    expect(found.some(({ alias }) => alias === one.alias)).toBe(true);
    const questions = await service.api.call('answers.questions', {
      ...asked,
      sort: 'share',
      descending: true,
      limit: 500,
    });
    const shares = questions.rows.map(({ results }) => results.findLast(({ stage }) => stage === 'stage2')!);
    expect(shares.map(({ right, asked }) => right! / asked)).toEqual(
      shares.map(({ right, asked }) => right! / asked).toSorted((a, b) => b - a),
    );
    // Both seeds know the same entities: some questions were asked in both.
    expect(shares.some(({ asked }) => asked === 2)).toBe(true);
  });

  it('add up in the summary, the confusion and a contrast', async () => {
    const filter = { test: 'questions', attribute: 'craft' } as const;
    const summary = await service.api.call('answers.summary', { ...asked, filter });
    const rows = await everyRow(language, filter);
    const counts = summary.confusions[0]!.confusion.counts.flat().reduce((sum, count) => sum + count, 0);
    expect(counts).toBe(rows.length);
    const whole = summary.attributes.find(
      ({ attribute, stage }) => attribute === null && stage === 'stage2',
    )!;
    const byRun = [...Map.groupBy(rows, ({ run }) => run).values()].map(
      (each) => each.filter(({ given }) => given.at(-1)!.right).length / each.length,
    );
    expect(whole.interval.mean).toBeCloseTo((byRun[0] + byRun[1]) / 2, 10);
    const pair = { first: 'qd1consis', second: 'qd2incons' } as const;
    const contrast = await service.api.call('answers.contrast', { ...asked, ...pair, filter });
    expect(contrast.attributes).toHaveLength(1);
    const [{ first, second, difference }] = contrast.attributes;
    expect(first.asked + second.asked).toBe(
      rows.filter(({ subset }) => subset === 'qd1consis' || subset === 'qd2incons').length,
    );
    expect(difference).toBeCloseTo(first.right / first.asked - second.right / second.asked, 10);
    expect(contrast.total).toBeGreaterThan(0);
  });

  it('of a group count together: a seed’s runs in several experiments are averaged first', async () => {
    // Both are language tasks; the one ran seeds 0 and 1, the other seed 0 alone.
    const experiments = [language, sets, images];
    const by = ['task'];
    const overview = await service.api.call('answers.overview', { experiments, by });
    expect(overview.groups!.map(({ experiments: of }) => of)).toEqual([[images], [language, sets]]);
    const rows = [...(await everyRow(language, {})), ...(await everyRow(sets, {}))];
    const right = (of: typeof rows) =>
      of.filter(({ given }) => given.findLast(({ stage }) => stage === 'stage2')!.right).length / of.length;
    const runs = (subset?: string) => {
      const found = rows.filter((row) => subset === undefined || row.subset === subset);
      return [...Map.groupBy(found, ({ run }) => run).values()].map((of) => ({
        ...{ seed: of[0]!.seed, share: right(of) },
      }));
    };
    const overSeeds = (values: { seed: number; share: number }[]): [mean: number, half: number] => {
      const seeds = [...Map.groupBy(values, ({ seed }) => seed).values()].map(
        (of) => of.reduce((sum, { share }) => sum + share, 0) / of.length,
      );
      expect(seeds).toHaveLength(2);
      // 0.975 quantile of Student's t with one degree of freedom (SciPy); half the difference is the standard error.
      return [(seeds[0]! + seeds[1]!) / 2, 12.706204736432095 * (Math.abs(seeds[0]! - seeds[1]!) / 2)];
    };
    expect(runs().map(({ seed }) => seed)).toEqual([0, 1, 0]);
    const { attributes, confusions } = await service.api.call('answers.summary', { experiments, by });
    const all = attributes.find(
      ({ side, attribute, stage }) => side === 2 && attribute === null && stage === 'stage2',
    )!;
    const [mean, half] = overSeeds(runs());
    expect([all.interval.mean, all.interval.n, all.questions]).toEqual([
      expect.closeTo(mean, 12),
      2,
      rows.length,
    ]);
    expect([all.interval.low, all.interval.high]).toEqual([
      expect.closeTo(Math.max(0, mean - half), 9),
      expect.closeTo(Math.min(1, mean + half), 9),
    ]);
    expect(confusions.map(({ side }) => side)).toEqual([1, 2]);

    const pair = { first: 'qd1consis', second: 'qd2incons' } as const;
    const { groups } = await service.api.call('answers.contrast', { experiments, by, ...pair });
    const found = groups.find(({ side, attribute }) => side === 2 && attribute === null)!;
    const second = runs(pair.second);
    const differences = runs(pair.first).map(({ seed, share }, i) => ({
      seed,
      share: share - second[i]!.share,
    }));
    const [difference, width] = overSeeds(differences);
    expect(found.difference.mean).toBeCloseTo(difference, 12);
    expect(found.difference.low).toBeCloseTo(Math.max(-1, difference - width), 9);

    const alone = await service.api.call('answers.questions', { experiments: [language, sets], limit: 500 });
    const together = await service.api.call('answers.questions', {
      experiments: [language, sets],
      by,
      limit: 500,
    });
    const counted = (of: typeof alone) =>
      of.rows.flatMap(({ results }) => results).reduce((sum, { asked }) => sum + asked, 0);
    expect(counted(together)).toBe(counted(alone));
    for (const { results } of together.rows) for (const { side } of results) expect(side).toBe(1);
  });

  it('of texts and of points stand side by side, each by what it is', async () => {
    const experiments = [language, toy];
    const { attributes, confusions } = await service.api.call('answers.summary', { experiments });
    const kinds = new Map(attributes.map(({ side, error }) => [side, error]));
    expect([...kinds]).toEqual([
      [language, false],
      [toy, true],
    ]);
    const counted = confusions[0]!.confusion.counts.flat().reduce((sum, count) => sum + count, 0);
    const alone = await service.api.call('answers.summary', { experiments: [language] });
    expect(counted).toBe(alone.confusions[0]!.confusion.counts.flat().reduce((sum, count) => sum + count, 0));
    const { total } = await service.api.call('answers.rows', { experiments, filter: { verdict: 'wrong' } });
    expect(total).toBe((await everyRow(language, { verdict: 'wrong' })).length);
  });

  it('that are more than a window holds are refused, with what helps', () => {
    inHistory(service.home, (history) => {
      const code = (experiments: number[]) => {
        try {
          createBooks(history, 100)(experiments);
        } catch (error) {
          return (error as Error).message;
        }
        return '';
      };
      expect(code([1])).toMatch(/^answers: those of experiment 1 take .* use "credence answers 1"$/);
      expect(code([1, 2])).toMatch(/experiments 1, 2 take .* compare fewer of them$/);
    });
  });

  it('are followed from the definition of an alias on', async () => {
    const [row] = await everyRow(language, { subset: 'qd2incons', test: 'questions' });
    const read = await service.api.call('answers.read', { run: row.run, thing: row.thing });
    const texts = read.examples.map(({ shown, ...about }) => {
      return { ...about, text: 'parts' in shown ? shown.parts.map(({ text }) => text).join('') : '' };
    });
    const definition = texts.filter(({ kind }) => kind === 'definition');
    expect(definition).toMatchObject([{ stage: 'stage1', subset: 'qd2incons', copies: 1 }]);
    expect(definition[0].text).toBe(`${row.tag} ${row.alias} ${row.defines}\n`);
    const trained = texts.filter(({ kind }) => kind === 'qa').map(({ text }) => text);
    expect(trained).toHaveLength(3);
    // What it is asked is held out.
    expect(trained.some((text) => text.startsWith(row.text))).toBe(false);
    expect(read.questions.map(({ question }) => question)).toContain(row.question);
    expect(read.questions.every(({ alias }) => alias === row.alias)).toBe(true);
    expect(read.elsewhere.every(({ entity, run }) => entity === row.entity && run !== row.run)).toBe(true);
    const cell = (await everyRow(images))[0];
    expect(
      (await service.api.call('answers.read', { run: cell.run, thing: cell.thing })).examples[0].shown,
    ).toHaveProperty('picture');
    const point = (await everyRow(toy))[0];
    expect(
      (await service.api.call('answers.read', { run: point.run, thing: point.thing })).examples[0].shown,
    ).toHaveProperty('point');
  });

  it('are refused in a line where they cannot be had', async () => {
    const { api } = service;
    const wrong = { experiments: [toy], filter: { verdict: 'wrong' as const } };
    expect(await failure(api.call('answers.rows', wrong))).toMatchObject({ code: 'answers.verdict' });
    expect((await failure(api.call('answers.read', { run: 1, thing: 99_999 }))).code).toBe('answers.thing');
    const [{ missing }] = (await api.call('answers.overview', { experiments: [shy] })).experiments;
    expect(missing).toContain('keep_answers: none');
  });
});

describe('credence answers', () => {
  const answers = (...args: string[]) => credence(['answers', ...args], service.home);

  it('prints questions, and writes all answers as CSV or JSON', async () => {
    const printed = await answers('1', '--subset', 'd1consis', '--test', 'questions', '--wrong');
    expect(printed.stderr).toBe('');
    expect(printed.stdout).toMatch(/d1consis\s+questions .* of \d \(/);
    const file = path.join(service.home, 'answers.csv');
    const written = await answers('1', '--every', '--out', file);
    expect(written).toMatchObject({ code: 0, stdout: '' });
    const lines = parse(readFileSync(file, 'utf8'), { columns: true }) as Record<string, string>[];
    const rows = await everyRow(language);
    expect(lines).toHaveLength(rows.length * 3);
    expect(lines[0]).toMatchObject({ experiment: '1', seed: '0', stage: 'stage0', alias: rows[0].alias });
    const json = await answers('1', '--json', '--seed', '1');
    expect(JSON.parse(json.stdout)).toEqual(rows.filter(({ seed }) => seed === 1));
  });

  it.each([
    [
      ['1', '--stage', 'stage9'],
      /^credence: --stage: "stage9" is not among these answers; choose stage0, stage1, stage2\n$/,
    ],
    [['1', '--attribute', 'nose'], /^credence: --attribute: "nose" is not among .* choose craft, /],
    [['1', '--seed', '7'], /^credence: --seed: 7 is not among these answers; choose 0, 1\n$/],
    [['1', '--right', '--wrong'], /^credence: --right --wrong: an answer is judged one way/],
    [['1', '--csv', '--json'], /^credence: --json --csv: both/],
    [['5'], /^credence: answers: experiment 5 has none: .*keep_answers: none/],
    [['99'], /^credence: experiment 99 is not in /],
  ])('refuses %j in one line', async (args, line) => {
    const refused = await answers(...args);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(line);
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
  });
});
