import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '#shared/errors.ts';
import { kindByName, type SeriesKind } from '#shared/series-kinds.ts';
import { readSeries, type SeriesOptions } from './import.ts';
import { kindOfSeries } from './kind.ts';
import { loggedName } from './names.ts';
import { parseRole, roleText } from './roles.ts';
import { METRIC_IDS, isShare } from '#shared/metrics.ts';
import { METRIC_TESTS } from '#shared/records.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'credence-series-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
async function read(contents: Record<string, string | Uint8Array>, options: Partial<SeriesOptions> = {}) {
  const sources = await Promise.all(
    Object.entries(contents).map(async ([name, content]) => {
      const file = path.join(folder, `${files++}-${path.basename(name)}`);
      writeFileSync(file, content);
      const kind = kindByName(name) ?? ((await kindOfSeries(file)) as SeriesKind);
      return { name, path: file, kind };
    }),
  );
  return readSeries(sources, { name: 'x', ...options });
}

/** One line of each number: `seed 0 stage1/1@10 d1consis questions exact_match 0.5`. */
async function numbers(...args: Parameters<typeof read>): Promise<string[]> {
  const { runs } = await read(...args);
  return runs.flatMap(({ seed, seed_stage2, stage1_epoch, evaluations }) =>
    [...evaluations()].flatMap(({ stage, epoch, step, metrics }) =>
      metrics.flatMap(({ subset, test, ...values }) =>
        METRIC_IDS.filter((metric) => metric in values).map(
          (metric) =>
            `${[seed, seed_stage2, stage1_epoch].filter((each) => each !== null).join('.')} ${stage}/${epoch}@${step} ${subset} ${test} ${metric} ${values[metric]}`,
        ),
      ),
    ),
  );
}

const refused = async (...args: Parameters<typeof read>) => {
  const error: unknown = await read(...args).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
};

describe('tables', () => {
  it('reads a long table: a row of each subset, as our own export writes it', async () => {
    const text =
      'seed,stage,epoch,step,subset,test,exact_match,loss,count\n' +
      '3,stage1,1,10,qd1consis,questions,0.25,1.5,40\n' +
      '3,stage2,1,14,d1consis,association,,2,8\n';
    expect(await numbers({ 'a.csv': text })).toEqual([
      '3 stage1/1@10 qd1consis questions exact_match 0.25',
      '3 stage1/1@10 qd1consis questions loss 1.5',
      '3 stage2/1@14 d1consis association loss 2',
    ]);
    const { runs } = await read({ 'a.csv': text });
    expect([...runs[0].evaluations()].map(({ metrics }) => metrics[0].count)).toEqual([40, 8]);
    const unsaid = await read({ 'a.csv': 'epoch,d1consis_EM\n1,1\n' });
    expect([...unsaid.runs[0].evaluations()][0].metrics[0].count).toBeNull();
  });

  it('reads what TensorBoard’s data frames hold: a row of each tag', async () => {
    const text = 'run,tag,step,value\nr/s1,eval/d1consis_EM,5,0.5\nr/s0,eval/d1consis_EM,5,0.25\n';
    expect(await numbers({ 'a.csv': text })).toEqual([
      '0 stage1/1@5 d1consis questions exact_match 0.25',
      '1 stage1/1@5 d1consis questions exact_match 0.5',
    ]);
  });

  it('reads the chart that W&B downloads: a column of each run, per cent told by its values', async () => {
    const text =
      '"Step","big-s4 - eval/d1consis_EM","big-s4 - eval/d1consis_EM__MIN","big-s4 - eval/d1consis_EM__MAX","tiny - eval/d1consis_EM"\n' +
      '100,50,50,50,\n200,75,70,80,0.5\n';
    expect(await numbers({ 'wandb.csv': text })).toEqual([
      '0 stage1/2@200 d1consis questions exact_match 0.005',
      '4 stage1/1@100 d1consis questions exact_match 0.5',
      '4 stage1/2@200 d1consis questions exact_match 0.75',
    ]);
    const { config } = await read({ 'wandb.csv': text });
    expect(config.source.runs).toMatchObject([
      { run: 'big-s4', becomes: 'seed 4' },
      { run: 'tiny', becomes: 'seed 0', why: expect.stringContaining('nothing says a seed') as string },
    ]);
    expect(config.source.columns[2]).toMatchObject({ becomes: 'ignore' });
    const grouped = 'Step,Group: all - eval/d1consis_EM,a - eval/d1consis_EM\n1,0.5,0.25\n';
    expect(await numbers({ 'grouped.csv': grouped })).toEqual([
      '0 stage1/1@1 d1consis questions exact_match 0.25',
    ]);
  });

  it('reads the history of a W&B run, the training’s own steps before the tracker’s', async () => {
    const text =
      '{"_step": 3, "train/global_step": 30, "epoch": 1, "eval": {"d1consis_EM": 0.5}}\n' +
      '{"_step": 4, "train/loss": 2}\n' +
      '{"_step": 9, "train/global_step": 60, "epoch": 2, "eval": {"d1consis_EM": NaN, "d2consis_EM": "Infinity"}}\n';
    expect(await numbers({ 'seed-7.jsonl': text })).toEqual([
      '7 stage1/1@30 d1consis questions exact_match 0.5',
      '7 stage1/2@60 d1consis questions exact_match null',
      '7 stage1/2@60 d2consis questions exact_match null',
    ]);
  });

  it('takes someone’s word on columns, runs and the stage', async () => {
    const text = 'id,n,score/d1consis_acc,x\na,1,90,7\nb,1,80,7\n';
    const options = {
      columns: [
        { column: 'id', becomes: 'run' },
        { column: 'n', becomes: 'epoch' },
        { column: '*_acc', becomes: 'd1consis/exact_match%' },
      ],
      seeds: [{ run: 'a', seed: 5 }],
      stage: 'stage2' as const,
    };
    expect(await numbers({ 'a.csv': text }, options)).toEqual([
      '0 stage2/1@1 d1consis questions exact_match 0.8',
      '5 stage2/1@1 d1consis questions exact_match 0.9',
    ]);
  });

  it('gives back any numbers that were written, whatever the order of rows and columns', async () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    const series = fc.record({
      seeds: fc.uniqueArray(fc.nat(99), { minLength: 1, maxLength: 4 }),
      epochs: fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 4 }),
      subsets: fc.subarray(TEST_SUBSETS, { minLength: 1, maxLength: 4 }),
      values: fc.array(value, { minLength: 64, maxLength: 64 }),
      order: fc.infiniteStream(fc.nat()),
    });
    await fc.assert(
      fc.asyncProperty(series, async ({ seeds, epochs, subsets, values, order }) => {
        let at = 0;
        const rows = seeds.flatMap((seed) =>
          epochs.map((epoch) => ({ seed, epoch, cells: subsets.map(() => values[at++]) })),
        );
        const sorted = rows
          .map((row) => ({ row, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ row }) => row);
        const header = ['epoch', ...subsets.map((name) => `eval_${name}_f1`), 'seed'];
        const lines = sorted.map(({ seed, epoch, cells }) => [epoch, ...cells, seed].join(';'));
        const { runs } = await read({ 'a.csv': [header.join(';'), ...lines].join('\r\n') });
        const found = runs.flatMap(({ seed, evaluations }) =>
          [...evaluations()].map(({ epoch, metrics }) => ({
            ...{ seed, epoch },
            cells: subsets.map((name) => metrics.find(({ subset }) => subset === name)?.f1),
          })),
        );
        const key = ({ seed, epoch }: { seed: number; epoch: number }) => seed * 100 + epoch;
        expect(found.sort((a, b) => key(a) - key(b))).toEqual(rows.sort((a, b) => key(a) - key(b)));
      }),
      { numRuns: 40 },
    );
  });
});

describe('places in training', () => {
  const table = (rows: string) => ({ 'a.csv': `seed,epoch,step,d1consis_EM\n${rows}` });

  it('keeps epochs that are nearly whole, and counts evaluations otherwise, one order for all runs', async () => {
    expect(await numbers(table('0,0.998,9,0.5\n0,2,18,0.5\n'))).toEqual([
      '0 stage1/1@9 d1consis questions exact_match 0.5',
      '0 stage1/2@18 d1consis questions exact_match 0.5',
    ]);
    expect(await numbers(table('0,0.5,5,0.1\n0,1,10,0.2\n1,1,10,0.3\n'))).toEqual([
      '0 stage1/1@5 d1consis questions exact_match 0.1',
      '0 stage1/2@10 d1consis questions exact_match 0.2',
      '1 stage1/2@10 d1consis questions exact_match 0.3',
    ]);
    const { config } = await read(table('0,0.5,5,0.1\n0,1,10,0.2\n'));
    expect(config.stages[0].why).toContain('at step 5 to 10 are counted');
  });

  it('counts steps on through the stages, whether the source does or begins anew', async () => {
    const rows = (second: number) => `seed,stage,step,d1consis_EM\n0,1,10,0\n0,2,${second},0.5\n`;
    for (const second of [14, 4])
      expect((await numbers({ 'a.csv': rows(second) }))[1]).toContain('stage2/1@14');
  });
});

describe('folders of the authors’ code', () => {
  const state = (...entries: object[]) => JSON.stringify({ log_history: entries });
  const at = (epoch: number, value: number) => ({ epoch, step: 10 * epoch, eval_d1consis_EM: value });

  it('gives each run what the stage measured that it began with', async () => {
    const found = await numbers({
      'e/first_stage_s0/trainer_state.json': state(at(1, 0.125)),
      'e/s0_s2stage0/trainer_state.json': state(at(1, 0.25)),
      'e/s0_s2stage1/trainer_state.json': state(at(1, 0.5)),
    });
    expect(found).toEqual([
      '0.0 stage1/1@10 d1consis questions exact_match 0.125',
      '0.0 stage2/1@20 d1consis questions exact_match 0.25',
      '0.1 stage1/1@10 d1consis questions exact_match 0.125',
      '0.1 stage2/1@20 d1consis questions exact_match 0.5',
    ]);
  });

  it('knows the starting points of stage 2, three stages, and one', async () => {
    const starts = await numbers({
      'e/cpt5_s2_s2stage0/trainer_state.json': state(at(1, 0.25)),
      'e/cpt10_s2_s2stage0/trainer_state.json': state(at(1, 0.5)),
    });
    expect(starts.map((line) => line.split(' ')[0])).toEqual(['2.5', '2']);
    const three = await numbers({
      'first_stage_s1/trainer_state.json': state(at(1, 0)),
      'second_stage_s1/trainer_state.json': state(at(1, 0)),
      's1_s2stage0/trainer_state.json': state(at(1, 1)),
    });
    expect(three.map((line) => line.split(/[ /]/)[1])).toEqual(['stage1', 'stage1_qa', 'stage2']);
    expect(await numbers({ 'e/s3/trainer_state.json': state(at(1, 1)) })).toEqual([
      '3 stage1/1@10 d1consis questions exact_match 1',
    ]);
  });

  it('takes the mean of the wordings of a test, where all were asked', async () => {
    const entry = (who: number, meaning?: number) => ({
      step: 100 * who,
      epoch: 4 * who,
      eval_ent_assoc_who_q_EM: who,
      ...(meaning !== undefined && { eval_ent_assoc_meaning_q_EM: meaning }),
    });
    const files = { 'trainer_state.json': state(entry(0.5, 1), entry(0.25)) };
    expect(await numbers(files)).toEqual(['0 stage1/2@50 q association exact_match 0.75']);
    expect((await read(files)).config.source.remarks).toEqual([expect.stringContaining('1 number left out')]);
  });
});

describe('names and roles', () => {
  it.each([
    ['eval/d1consis_EM', 'd1consis questions exact_match'],
    ['eval_qd2incons_loss', 'qd2incons questions loss'],
    ['eval/ent_assoc_standFor_qd2incons_swapped_F1', 'qd2incons association-definition f1'],
    ['eval/ent_assoc_letterLast_q_EM', 'q letters exact_match'],
    ['q_no_replacement_baseline_f1', 'q_no_replacement_baseline questions f1'],
    ['EM/association/d3consis', 'd3consis association exact_match'],
  ])('%s is %s', (name, expected) => {
    const found = loggedName(name);
    const { metric, asked } = found as Exclude<ReturnType<typeof loggedName>, string | null>;
    expect(`${asked?.subset} ${asked?.test} ${metric}`).toBe(expected);
  });

  it.each(['train/loss', 'eval/train_defs_d1consis_EM', 'eval_runtime', 'lr', 'eval/foo_EM'])(
    '%s is no test of a subset',
    (name) => {
      const found = loggedName(name);
      expect(found === null || typeof found === 'string').toBe(true);
    },
  );

  it('writes a role as it reads it', () => {
    const role = fc.record({
      is: fc.constant('measure' as const),
      metric: fc.constantFrom(...METRIC_IDS),
      subset: fc.constantFrom(...TEST_SUBSETS),
      test: fc.constantFrom(...METRIC_TESTS),
      percent: fc.boolean(),
    });
    fc.assert(
      fc.property(role, ({ percent, ...each }) => {
        const written = { ...each, percent: percent && isShare(each.metric), wording: null, run: null };
        const again = parseRole(roleText(written), 'x');
        expect({ ...again, test: (again as typeof written).test ?? 'questions' }).toEqual(written);
      }),
    );
  });
});

describe('what cannot be read', () => {
  it.each([
    ['seed,epoch,d1consis_EM\n0,1,0.5\n0,1,0.75\n', /"a.csv", line 3: 0.75 .*line 2 \(0.5/],
    ['seed,epoch,d1consis_EM\n0,1,120\n', /"a.csv", line 2: 120 .*0 to 100 per cent/],
    ['seed,epoch,d1consis_EM\n0,1,-0.1\n', /line 2: -0.1 .*0 to 1/],
    ['seed,epoch,d1consis_EM\n0,1,high\n', /line 2: "high" in "d1consis_EM" is no number.*--column/],
    ['seed,epoch,d1consis_EM\n0.5,1,1\n', /line 2: 0.5 in "seed" is not a whole number/],
    ['seed,d1consis_EM\n0,1\n', /line 2 has numbers and neither a step nor an epoch/],
    ['seed,epoch,stage,d1consis_EM\n0,1,warmup,1\n', /line 2: "warmup" is no stage/],
    ['epoch,d1consis_EM,d1consis_EM\n1,1,1\n', /line 1: "d1consis_EM" names two columns/],
    ['epoch,d1consis_EM\n1,1,9\n', /line 2: "9" stands beyond the 2 columns/],
    ['epoch,accuracy\n1,1\n', /no column holds a metric of a subset.*accuracy.*--column/],
  ])('%j is refused with its place', async (text, message) => {
    expect(await refused({ 'a.csv': text })).toMatch(message);
  });

  it('tells runs apart, or says how', async () => {
    const text = 'epoch,d1consis_EM\n1,1\n';
    const files = { 'a/seed0.csv': text, 'b/seed0.csv': text };
    expect(await refused(files)).toMatch(/both seed 0 in stage1.*--run "b\/seed0.csv=1"/);
    const apart = await read(files, { seeds: [{ run: 'b/seed0.csv', seed: 1 }] });
    expect(apart.config.seeds).toEqual([0, 1]);
    expect(await refused(files, { seeds: [{ run: 'c', seed: 1 }] })).toMatch(/"c" is no run/);
  });

  it('any bytes are read or refused with one error', async () => {
    const names = fc.constantFrom('a.csv', 'a.jsonl', 'trainer_state.json', 'a.tfevents');
    const texts = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.string({ maxLength: 80 }).map((text) => Buffer.from(`epoch,d1consis_EM\n${text}`)),
      fc.json().map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(`{"log_history":[{"epoch":1,"eval_q_EM":${text}}]}`)),
    );
    await fc.assert(
      fc.asyncProperty(names, texts, async (name, bytes) => {
        await read({ [name]: bytes }).catch((error: unknown) => expect(error).toBeInstanceOf(UserError));
      }),
      { numRuns: 150 },
    );
  });
});
