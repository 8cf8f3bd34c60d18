/** Experiments as rows in which those of one sweep stand together under it. */
import { SvelteMap } from 'svelte/reactivity';
import type { ExperimentListItem } from '#shared/api/experiments.ts';
import type { RunState } from '#shared/records.ts';
import { RUN_STATES } from '#shared/records.ts';
import { history } from './history.svelte.ts';
import { route } from './route.svelte.ts';
import { sweeps } from './sweeps.svelte.ts';

/** The experiments of one sweep that are shown, with what they add up to. */
export interface SweepGroup {
  id: number;
  name: string;
  created_at: string;
  items: ExperimentListItem[];
  states: Record<RunState, number>;
  seconds: number;
}

type GroupedRow =
  | { kind: 'sweep'; key: string; group: SweepGroup; open: boolean }
  | { kind: 'experiment'; key: string; item: ExperimentListItem; nested: boolean };

/** One entry per sweep and per experiment that stands alone, in the order of their first experiment. */
export function grouped(experiments: readonly ExperimentListItem[]): (SweepGroup | ExperimentListItem)[] {
  const bySweep = Map.groupBy(experiments, ({ sweep }) => sweep);
  return experiments.flatMap((item): (SweepGroup | ExperimentListItem)[] => {
    if (item.sweep === null) return [item];
    const items = bySweep.get(item.sweep) ?? [];
    return items[0] === item ? [groupOf(item.sweep, items)] : [];
  });
}

export function isGroup(entry: SweepGroup | ExperimentListItem): entry is SweepGroup {
  return 'items' in entry;
}

/** Of an experiment under its sweep, `batch_size=8` tells enough. */
export function cellName({ name, sweep }: ExperimentListItem): string {
  return name.replace(`${sweeps.find(sweep ?? 0)?.name}: `, '').replace(/(?:[\w-]+\.)+([\w-]+=)/g, '$1');
}

function groupOf(id: number, items: ExperimentListItem[]): SweepGroup {
  const states = Object.fromEntries(
    RUN_STATES.map((state) => [state, items.reduce((sum, each) => sum + each.states[state], 0)]),
  ) as Record<RunState, number>;
  return {
    id,
    name: sweeps.find(id)?.name ?? `Sweep s${id}`,
    created_at: items.at(-1)?.created_at ?? '',
    items,
    states,
    seconds: items.reduce((sum, each) => sum + each.seconds, 0),
  };
}

/** Which sweeps show their experiments. */
class Grouping {
  #chosen = new SvelteMap<number, boolean>();

  /** The side bar's rows. */
  rows = $derived.by((): GroupedRow[] =>
    grouped(history.shown).flatMap((entry): GroupedRow[] => {
      if (!isGroup(entry)) return [rowOf(entry, false)];
      const open = this.isOpen(entry);
      const head: GroupedRow = { kind: 'sweep', key: `s${entry.id}`, group: entry, open };
      return open ? [head, ...entry.items.toReversed().map((item) => rowOf(item, true))] : [head];
    }),
  );

  /** As one chose; else closed, unless one of them is in view or was searched for. */
  isOpen({ id, items }: SweepGroup): boolean {
    const wanted = () => history.search !== '' || items.some((item) => route.ids.includes(item.id));
    return this.#chosen.get(id) ?? wanted();
  }

  toggle(group: SweepGroup, open = !this.isOpen(group)): void {
    this.#chosen.set(group.id, open);
  }
}

function rowOf(item: ExperimentListItem, nested: boolean): GroupedRow {
  return { kind: 'experiment', key: String(item.id), item, nested };
}

export const grouping = new Grouping();
