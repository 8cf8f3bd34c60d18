import { describe, expect, it } from 'vitest';
import type { TrainingProgress } from '#shared/progress.ts';
import { trackPace } from './pace.ts';
import type { StagePlan } from '../tasks/plan.ts';
import { createReporter } from './reporter.ts';
import { languageSchema } from '#shared/config/language.ts';

const plan: StagePlan = {
  id: 'stage1',
  config: languageSchema.parse({}).training.stage1,
  rows: 10,
  stepsPerEpoch: 5,
  epochs: 20,
  steps: 100,
  scheduledSteps: 100,
  workPerStep: 40,
  evaluations: 1,
};

describe('createReporter', () => {
  it('reports at most every 100 ms, with the mean loss and the rate since the last report', () => {
    let clock = 0;
    const sent: TrainingProgress[] = [];
    const reporter = createReporter(
      trackPace([plan], 0),
      100,
      (progress) => sent.push(progress),
      () => clock,
    );
    const step = (at: number, loss: number) => {
      clock = at;
      reporter.step(plan, { stage: 'stage1', epoch: 2, stage_step: 11, step: 11 }, loss);
    };
    step(40, 1);
    step(80, 3);
    expect(sent).toEqual([]);
    step(200, 5);
    expect(sent).toMatchObject([
      { loss: 3, examples_per_second: 150, epoch: 3, epochs: 20, step: 11, steps: 100 },
    ]);
    clock = 5000;
    reporter.restart();
    step(5100, 2);
    expect(sent[1]).toMatchObject({ loss: 2, examples_per_second: 100 });
  });

  it('reports although evaluations keep interrupting, and leaves their time out of the rate', () => {
    let clock = 0;
    const sent: TrainingProgress[] = [];
    const reporter = createReporter(
      trackPace([plan], 0),
      100,
      (progress) => sent.push(progress),
      () => clock,
    );
    for (let epoch = 0; epoch < 6; epoch++) {
      clock += 20;
      reporter.step(plan, { stage: 'stage1', epoch, stage_step: epoch, step: epoch }, 1);
      clock += 30;
      reporter.restart();
    }
    expect(sent).toMatchObject([{ examples_per_second: 500 }, { examples_per_second: 500 }]);
  });
});
