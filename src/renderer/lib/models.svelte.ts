/** Pre-trained models: those of this machine, and the one that is fetched from the Hub, whatever view is open. */
import { toast } from 'svelte-sonner';
import type { LookedUp } from '#shared/api/models.ts';
import { ApiError } from '#shared/envelope.ts';
import { fetchPace, type ListedModel } from '#shared/pretrained-models.ts';
import { call, messageOf, on } from './api.ts';
import { draft } from './draft.svelte.ts';
import { Query } from './query.svelte.ts';
import { Task } from './task.svelte.ts';

/** What a config calls a model: the shortest name that means this very one. */
export function nameOf({ name, from, refs, revision }: ListedModel): string {
  if (from === 'folder' || refs.includes('main')) return name;
  return `${name}@${refs[0] ?? revision}`;
}

/** Why a model cannot be begun with; null where it can. */
export function hindranceOf({ problem, facts }: ListedModel): string | null {
  if (!facts) return problem;
  if (!facts.supported) return `“${facts.architecture}” is an architecture that cannot be trained here`;
  return facts.tokenizer ? null : 'it has no tokenizer.json';
}

/** The model that the design names; '' where it names none yet. */
const chosen = () => draft.language?.pretrained?.model ?? '';

class LocalModels {
  readonly list = new Query(async () => {
    const text = chosen();
    // Whatever is wrong with what was typed is said where it is typed.
    const near = text && (await call('models.list', { folders: [text] }).catch(() => null));
    return near || call('models.list', {});
  }, 300);

  choose(model: string): void {
    draft.put('pretrained.model', model);
  }
}

export const localModels = new LocalModels();

/** One model of the Hub: looked up when that is asked for, then fetched when that is. */
class HubModel {
  /** What a person typed. */
  name = $state('');
  plan = $state.raw<LookedUp | null>(null);
  looking = $state(false);
  error = $state<string | null>(null);
  fetching = $state(false);
  /** A fetch was stopped here, and can be gone on with. */
  stopped = $state(false);
  #share = $state(0);
  #begun: { at: number; share: number } | null = null;
  #now = $state(0);
  #lookup = new Task('lookup');

  /** Bytes that are here. */
  get done(): number {
    return this.#share * (this.plan?.bytes ?? 0);
  }

  /** Null while nothing has come yet. */
  get pace(): ReturnType<typeof fetchPace> {
    const total = this.plan?.bytes ?? 0;
    const begun = this.#begun ?? { at: this.#now, share: this.#share };
    const gained = (this.#share - begun.share) * total;
    return fetchPace({ done: this.done, total, gained, seconds: (this.#now - begun.at) / 1000 });
  }

  type(name: string): void {
    this.name = name;
    this.plan = this.error = null;
    this.stopped = false;
  }

  /** Asks the Hub what it has under the name. */
  async lookUp(): Promise<void> {
    const { name } = this;
    this.type(name);
    this.looking = true;
    try {
      const plan = await this.#lookup.run((task) => call('models.plan', { name, task }));
      if (name !== this.name) return;
      this.plan = plan;
      this.#share = 1 - plan.missing / Math.max(1, plan.bytes);
    } catch (error) {
      if (name === this.name) this.error = this.#saidOf(error, 'Looking it up was stopped.');
    } finally {
      this.looking = false;
    }
    // It was asked for before this window was opened.
    if (this.plan?.fetching) void this.fetch();
  }

  /** Fetches what was looked up, and chooses it where it is still wanted. */
  async fetch(): Promise<void> {
    const { name, plan } = this;
    if (!plan || this.fetching) return;
    const task = taskOf(plan);
    this.fetching = true;
    this.stopped = false;
    this.error = this.#begun = null;
    const unsubscribe = on('task', (push) => push.task === task && this.#advance(push.share));
    try {
      await call('models.fetch', { name, revision: plan.revision, task });
      this.#finish(name, plan);
    } catch (error) {
      this.stopped = error instanceof ApiError && error.code === 'task.cancelled';
      this.error = this.stopped ? null : messageOf(error);
    } finally {
      unsubscribe();
      this.fetching = false;
    }
  }

  cancel(): void {
    if (this.looking) this.#lookup.cancel();
    else if (this.plan) void call('tasks.cancel', { task: taskOf(this.plan) });
  }

  #advance(share: number): void {
    this.#now = performance.now();
    this.#share = share;
    this.#begun ??= { at: this.#now, share };
  }

  #finish(name: string, plan: LookedUp): void {
    this.plan = null;
    void localModels.list.refresh();
    const wanted = picker.hub && draft.language?.pretrained;
    if (wanted) localModels.choose(name);
    picker.hub = false;
    toast.success(`${plan.name} is on this machine${wanted ? ' and chosen' : ''}`);
  }

  #saidOf(error: unknown, stopped: string): string {
    return error instanceof ApiError && error.code === 'task.cancelled' ? stopped : messageOf(error);
  }
}

/** All windows call the fetch of a commit the same: there is one, and who stops it stops it for all. */
const taskOf = ({ revision }: LookedUp) => `fetch-${revision}`;

export const hubModel = new HubModel();

/** Where a pre-trained model is looked for: on this machine, or on the Hub. */
class Picker {
  hub = $state(false);

  /** @param name to begin with */
  openHub(name = ''): void {
    if (name && name !== hubModel.name && !hubModel.fetching) hubModel.type(name);
    this.hub = true;
  }
}

export const picker = new Picker();
