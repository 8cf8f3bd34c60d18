/** Plans of seeds, asked for once somebody looks; what is under way on the host ends when nobody waits for it any more. */
import type { NamedPlan } from '#shared/api/analysis.ts';
import type { Arguments } from '#shared/contract.ts';
import { call } from './api.ts';
import { Query } from './query.svelte.ts';
import { Task } from './task.svelte.ts';

/** Those that were asked for otherwise a moment ago may still be ending. */
let asked = 0;

export class SeedPlans {
  readonly task = new Task(`plans-${asked++}`, 'Planning was stopped.');
  readonly plans: Query<NamedPlan[]>;

  /** Asks. */
  constructor(of: Omit<Arguments<'analysis.plan'>, 'task'>) {
    this.plans = new Query(() => this.task.run((task) => call('analysis.plan', { ...of, task })));
    void this.plans.refresh();
  }

  end(): void {
    this.plans.end();
    this.task.end();
  }
}
