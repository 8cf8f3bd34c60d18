/** API: comparisons fixed before they are run. */
import type { RegistrationReplies } from '#shared/api/registrations.ts';
import type { Handlers } from '#shared/contract.ts';
import { parseSeeds } from '#shared/resolve-config.ts';
import { sizeOf } from '#shared/stats/equivalence.ts';
import { metricOf } from '#shared/tasks.ts';
import { register, registeredOf } from '../experiments/registrations.ts';
import type { Context } from './context.ts';

export function registrationHandlers({
  history,
  emit,
}: Pick<Context, 'history' | 'emit'>): Pick<Handlers, keyof RegistrationReplies> {
  return {
    'registrations.of': ({ experiments }) => registeredOf(history, experiments),
    'registrations.add': ({ experiments, comparison, seeds, analysis, margin, question }) => {
      const { config } = history.getExperiment(experiments[0]);
      const registration = register(history, {
        ...{ experiments, comparison, analysis, question },
        seeds: seeds === undefined ? config.seeds : parseSeeds(seeds),
        margin: margin === undefined ? null : sizeOf(margin, 'margin', metricOf(config)),
      });
      emit('history', { experiments });
      return registration;
    },
  };
}
