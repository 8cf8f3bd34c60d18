/** Answers as the history keeps them: once each, with the questions that runs share. */
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { decodeAnswers, encodeAnswers, encodeQuestions } from '#lab/answers/codec.ts';
import { answerSheet } from '#lab/answers/given.ts';
import { questionTable } from '#lab/answers/question-table.ts';
import { openHistory } from '#main/history/history.ts';
import { migrate } from '#main/history/migrate.ts';
import { MIGRATIONS } from '#main/history/migrations.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { evaluationAt } from '#test/history-data.ts';
import { credence, temporaryFolder } from './credence.ts';

describe('the history', () => {
  const thing = { alias: '=a', entity: 'Ann', subset: 'q', tag: null, defines: null } as const;
  const questions = encodeQuestions(
    questionTable([
      {
        test: 'questions',
        subset: 'q',
        thing,
        entity: 'Ann',
        attribute: '+x',
        wording: '{entity}?',
        golds: ['1'],
        said: null,
        tokens: 1,
      },
    ]),
  );
  const kept = (text: string) => {
    const sheet = answerSheet();
    sheet.add(text, true, 0.5);
    return { questions, answers: encodeAnswers(sheet.answers()) };
  };

  it('has the answers of an evaluation once, shares questions, and forgets both with their experiment', async () => {
    const home = temporaryFolder();
    const history = openHistory(path.join(home, 'history.sqlite'));
    const { experiment, runs } = history.createExperiment({
      config: resolveConfig({ seeds: 2 }),
      version: '1',
    });
    for (const { id } of runs)
      for (const text of ['first', '@second'])
        history.recordEvaluation({ ...evaluationAt(id, 1), kept: kept(text) });
    expect(history.keptAnswers(experiment.id)).toHaveLength(2);
    expect(history.questionSets(experiment.id).size).toBe(1);
    const csv = await credence(['answers', '1', '--csv'], home);
    expect(csv.stdout).toContain("'@second");
    expect(csv.stdout).toContain("'=a,,,Ann,'+x,'=a?,1,,'@second,1,");
    history.recordEvaluation(evaluationAt(runs[0].id, 1));
    expect(history.keptAnswers(experiment.id).map(({ run }) => run)).toEqual([runs[1].id]);
    for (const { id } of runs) history.markCancelled(id);
    history.deleteExperiment(experiment.id);
    expect(history.keptAnswers(experiment.id)).toEqual([]);
    expect(history.questionSets(experiment.id).size).toBe(0);
    history.close();
  });

  it('keeps what a toy regression answered before questions were kept', () => {
    const file = path.join(temporaryFolder(), 'old.sqlite');
    const old = new Database(file);
    migrate(old, file, MIGRATIONS.slice(0, 8));
    old.exec(`
      INSERT INTO experiments (name, config, version, created_at) VALUES ('old', '{}', '0', '');
      INSERT INTO runs (experiment, seed, state, created_at) VALUES (1, 0, 'done', '');
      INSERT INTO evaluations (run, stage, epoch, step, created_at) VALUES (1, 'stage1', 1, 1, '');
      INSERT INTO answers VALUES (1, '[0.25,-1]')`);
    old.close();
    const history = openHistory(file);
    expect([...decodeAnswers(history.lastAnswers(1)!).values!]).toEqual([0.25, -1]);
    expect(history.answeredRuns(1).map(({ id }) => id)).toEqual([1]);
    history.close();
  });
});
