/** API: what runs answered. */
import type { Handlers } from '#shared/contract.ts';
import { answeredPicture } from '../experiments/answered-picture.ts';
import { datasetCache } from '../experiments/data-files.ts';
import type { Context } from './context.ts';

export function answerHandlers({ history, home, workbench }: Context): Pick<Handlers, 'analysis.answered'> {
  return {
    'analysis.answered': (asked) =>
      answeredPicture(history, { ...asked, cache: datasetCache(home) }, (data) =>
        workbench.run('drawAnswers', data),
      ),
  };
}
