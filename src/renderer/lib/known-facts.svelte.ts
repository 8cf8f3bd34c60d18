/** What the design's pre-trained model knows before it is trained: asked on demand, kept whatever view is open. */
import type { KnownFacts } from '#shared/known-facts.ts';
import { ApiError } from '#shared/envelope.ts';
import { call, messageOf, on } from './api.ts';
import { draft } from './draft.svelte.ts';
import { Task } from './task.svelte.ts';

/** What an answer depends on; which entities are kept of them does not change what is known of each. */
function asked(): string {
  const { language } = draft;
  if (!language) return '';
  const { dataset, pretrained, questions, precision } = language;
  return JSON.stringify([{ ...dataset, keep_entities: null }, pretrained, questions, precision]);
}

class Facts {
  /** Of the model and the data that were asked; see `fresh`. */
  found = $state.raw<KnownFacts | null>(null);
  error = $state<string | null>(null);
  busy = $state(false);
  /** Seconds that are left, as far as the pace says. */
  left = $state<number | null>(null);
  #of = $state('');
  readonly task = new Task('facts');

  /** Whether what was found is about the design as it is. */
  get fresh(): boolean {
    return this.#of === asked();
  }

  async ask(): Promise<void> {
    const of = asked();
    this.busy = true;
    this.error = this.left = null;
    const begun = performance.now();
    const unsubscribe = on('task', ({ task, share }) => {
      if (task !== this.task.name || share <= 0) return;
      this.left = ((performance.now() - begun) / 1000 / share) * (1 - share);
    });
    try {
      this.found = await this.task.run((task) => call('design.knownFacts', { config: draft.raw, task }));
      this.#of = of;
    } catch (error) {
      this.error = error instanceof ApiError ? messageOf(error) : null;
    } finally {
      unsubscribe();
      this.busy = false;
    }
  }
}

export const facts = new Facts();
