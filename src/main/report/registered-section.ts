/** What was fixed before it was run, in the reports of an experiment and of a comparison. */
import type { Registered, RegisteredOutcome } from '#shared/stats/registered.ts';
import { markup, type Markup } from './markup.ts';
import { unbroken } from './sections.ts';

/** Nothing where nothing was registered. */
export function registeredSection({ outcomes, removed }: Registered): Markup | null {
  if (outcomes.length === 0 && removed.length === 0) return null;
  return markup`<section class="finding long"><h2>What was registered before it was run</h2>
${outcomes.map(outcomeHtml)}${removed.map(warned)}</section>`;
}

function outcomeHtml({ registration, registered, sentence, notes, deviations }: RegisteredOutcome): Markup {
  const { plan, hash, id } = registration;
  return markup`${
    plan &&
    markup`<h3>Pre-registration ${id}, ${plan.registered_at.slice(0, 16).replace('T', ' ')} UTC</h3>
<p class="hint">${registered} ${plan.question} SHA-256 <code>${hash}</code></p>
<p class="stated">${sentence ? unbroken(sentence) : 'Nothing of it has finished yet.'}</p>${notes.map(noted)}`
  }${deviations.map(warned)}`;
}

/** What belongs to a sentence. */
export const noted = (note: string) => markup`<p class="hint">${unbroken(note)}</p>`;
/** What a reader has to know first. */
export const warned = (note: string) => markup`<p class="hint few">${note}</p>`;
