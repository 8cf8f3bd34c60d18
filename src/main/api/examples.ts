/** API: the finished experiment that ships, to look around in. */
import type { ExampleReplies } from '#shared/api/examples.ts';
import type { Handlers } from '#shared/contract.ts';
import { readBundle } from '../bundle/bundle.ts';
import { exampleFile } from '../resources.ts';
import type { Context } from './context.ts';

export function exampleHandlers({
  history,
  emit,
}: Pick<Context, 'history' | 'emit'>): Pick<Handlers, keyof ExampleReplies> {
  return {
    'examples.open': async () => {
      const [taken] = await readBundle(history, exampleFile());
      // Out of the archive too: it was asked for.
      history.archiveExperiment(taken.id, false);
      emit('history', { experiments: [taken.id] });
      return taken;
    },
  };
}
