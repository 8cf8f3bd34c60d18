/** How the command line tells what was registered, and what came of it. */
import { visible } from '#shared/plain-text.ts';
import {
  EXPLORATORY,
  NOT_REGISTERED,
  type Registered,
  type RegisteredOutcome,
} from '#shared/stats/registered.ts';
import { bold, dim, print, red, yellow } from './output.ts';

/** Nothing where nothing was registered. */
export function printRegistered({ outcomes, removed }: Registered): void {
  for (const outcome of outcomes) printOutcome(outcome);
  for (const sentence of removed) print(red(sentence));
}

/** What stands above the comparisons that were not registered. */
export function printExploratory({ outcomes }: Registered): void {
  print(dim(outcomes.length > 0 ? EXPLORATORY : NOT_REGISTERED));
}

function printOutcome({ registration, registered, sentence, notes, deviations }: RegisteredOutcome): void {
  const { id, hash, plan } = registration;
  if (plan) {
    print(bold(`Pre-registration ${id}, ${plan.registered_at.slice(0, 16).replace('T', ' ')} UTC`));
    print(visible(registered ?? ''));
    if (plan.question) print(dim(visible(plan.question)));
    print(dim(`SHA-256 ${hash}`));
    print(sentence ? bold(visible(sentence)) : 'Nothing of it has finished yet.');
    for (const note of notes) print(visible(note));
  }
  for (const deviation of deviations) print(yellow(visible(deviation)));
  print();
}
