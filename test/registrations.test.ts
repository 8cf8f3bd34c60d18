/** Comparisons fixed before they are run: locked, told everywhere, and what was done otherwise with them. */
import path from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { registeredOf } from '#main/experiments/registrations.ts';
import type { Registration } from '#shared/registration.ts';
import type { Registered } from '#shared/stats/registered.ts';
import { credenceNear } from './credence-here.ts';
import { temporaryFolder, writeIn } from './credence.ts';
import { recipe } from './e2e/recipes.ts';
import { inHistory } from './in-history.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const home = temporaryFolder();
const file = (name: string, width: number) =>
  writeIn(home, `${name}.yaml`, JSON.stringify(recipe(name, { seeds: 3, width })));
const yaml = file('tiny', 32);

async function said(args: string[], at = home): Promise<string> {
  const { code, stdout, stderr } = await credenceNear(args, at);
  expect(code, stderr).toBe(0);
  return stdout;
}

const refused = async (...args: string[]) => {
  const { code, stderr } = await credenceNear(['register', ...args], home);
  return `${code} ${stderr.trim()}`;
};

const outcomes = (at = home, ids = [1, 2]) => inHistory(at, (history) => registeredOf(history, ids));

/** Works on the database as another program does. */
function past<T>(at: string, work: (db: Database.Database) => T): T {
  const db = new Database(path.join(at, 'history.sqlite'));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

let locked: Registration & { experiments: number[] };

beforeAll(async () => {
  const asked = [
    'register',
    yaml,
    file('other', 64),
    '--compare',
    'iml',
    '--seeds',
    '3',
    '--margin',
    '50',
    '--json',
  ];
  locked = JSON.parse(await said([...asked, '--question', 'Does training longer help?'])) as typeof locked;
});

describe('a pre-registration', () => {
  it('saves what it is of, starts nothing, and says what was fixed', async () => {
    expect(locked).toMatchObject({
      id: 1,
      experiments: [1, 2],
      plan: {
        comparison: { kind: 'effects', effect: 'iml' },
        ...{ seeds: [0, 1, 2], analysis: 'paired', margin: 0.5, metric: 'exact_match' },
      },
    });
    inHistory(home, (history) => expect(history.runsOf(1)).toEqual([]));
    expect(await said(['show', '1'])).toMatch(
      /Pre-registration 1, .*UTC\nIML effect, "other" against "tiny": paired t-test, .*over 3 seeds \(0 to 2\)\.\nDoes training longer help\?\nSHA-256 [0-9a-f]{64}\nNothing of it has finished yet\./,
    );
  });

  it('is judged over its seeds by its test, and other seeds are said and left out', async () => {
    await said(['resume', '1']);
    await said(['resume', '2']);
    const [whole] = outcomes().outcomes;
    expect(whole.deviations).toEqual([]);
    expect(whole.sentence).toMatch(/^IML effect, "other" against "tiny": .*paired by seed/);
    expect(whole.notes.join(' ')).toMatch(
      /No effect larger than 50\.0 points|larger than 50\.0 points is not/,
    );
    await said(['extend', '1', '--seeds', '4']);
    const { outcomes: after } = outcomes();
    expect(after[0].difference).toEqual(whole.difference);
    expect(after[0].deviations).toEqual(['"tiny": 1 seed more than registered (3), left out here.']);
    // The comparison of all seeds is another one: not paired, as they are no longer the same.
    const { stdout } = await credenceNear(['compare', '1', '2', '--json'], home);
    const compared = JSON.parse(stdout) as { comparisons: { paired: boolean }[]; registered: Registered };
    expect(compared.comparisons[0].paired).toBe(false);
    expect(compared.registered.outcomes[0].sentence).toBe(whole.sentence);
    const text = await said(['compare', '1', '2']);
    expect(text.indexOf('Pre-registration 1')).toBeLessThan(
      text.indexOf('everything below was not registered'),
    );
  });

  it('is refused for what was seen, and for what cannot be compared, and then saves nothing', async () => {
    expect(await refused('1', '--compare', 'd1consis,d2consis', '--seeds', '2..5')).toBe(
      '2 credence: seeds: experiment 1 has results of 2 to 3 already, which can no longer be registered; register seeds that were not run, for example 4..13, and add them',
    );
    expect(await refused(yaml, '--compare', 'iml')).toMatch(
      /experiments: 1 given, and an effect .* name two$/,
    );
    expect(await refused(yaml, '--compare', 'd1consis,qd4consis')).toMatch(
      /comparison: "qd4consis" has no entities in "tiny"; it has qd1consis, /,
    );
    expect(await refused('1', '1', '--compare', 'iml', '--seeds', '7..9')).toMatch(/1 and 1 are the same/);
    expect(await refused('1', '--compare', 'd1consis')).toMatch(
      /--compare: "d1consis" is no comparison; give/,
    );
    expect(await refused('1', '--compare', 'd1consis,d2consis', '--seeds', '1')).toMatch(/nothing to test/);
    expect(await refused('1', '--compare', 'q,d1consis', '--analysis', 'welch')).toMatch(/register paired$/);
    expect(await refused('1', '--compare', 'q,d1consis', '--margin', 'x')).toMatch(
      /--margin: "x" is no size/,
    );
    expect(await refused('--compare', 'iml')).toMatch(/no experiment is named/);
    inHistory(home, (history) => {
      expect(history.listExperiments().length).toBe(2);
      expect(history.registrations().length).toBe(1);
    });
  });

  it('goes with its experiments, once, and is not lost with them', async () => {
    const bundle = path.join(home, 'one.credence');
    await said(['export', '2', '--out', bundle]);
    const there = temporaryFolder();
    await said(['import', bundle], there);
    await said(['import', bundle], there);
    const { outcomes: moved } = outcomes(there, [2]);
    expect(moved.map(({ registration }) => registration.hash)).toEqual([locked.hash]);
    expect(moved[0].deviations).toEqual(['"tiny" is not in this history.']);
    inHistory(there, (history) => {
      history.deleteExperiment(history.listExperiments()[0].id);
      expect(history.registrations().map(({ hash }) => hash)).toEqual([locked.hash]);
    });
    expect(await said(['register', '--list'], there)).toContain(locked.hash);
  });

  it('is neither changed nor removed by a statement, and what gets past that is told', async () => {
    const change = 'UPDATE registrations SET text = replace(text, \'"margin":0.5\', \'"margin":0.1\')';
    for (const sql of [change, 'DELETE FROM registrations'])
      expect(() => past(home, (db) => db.exec(sql))).toThrow(
        /a pre-registration cannot be (changed|removed)/,
      );
    expect(outcomes().outcomes[0].registration.plan).not.toBeNull();
    past(home, (db) => db.exec(`DROP TRIGGER registrations_are_locked; ${change}`));
    expect(outcomes().outcomes[0]).toMatchObject({ registered: null, sentence: null });
    expect(await said(['compare', '1', '2'])).toContain(
      `Pre-registration 1 is not the text that was locked as ${locked.hash.slice(0, 12)}…: it was changed`,
    );
    past(home, (db) => db.exec('DROP TRIGGER registrations_stay; DELETE FROM registrations'));
    expect(outcomes()).toEqual({
      outcomes: [],
      removed: ['Pre-registration 1 of this history is gone: something other than Credence removed it.'],
    });
  });
});
