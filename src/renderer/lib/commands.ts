/** What the palette offers, given where one is. */
import type { LucideIcon } from '@lucide/svelte';
import Archive from '@lucide/svelte/icons/archive';
import ChartSpline from '@lucide/svelte/icons/chart-spline';
import CopyPlus from '@lucide/svelte/icons/copy-plus';
import GitCompareArrows from '@lucide/svelte/icons/git-compare-arrows';
import Keyboard from '@lucide/svelte/icons/keyboard';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import PencilRuler from '@lucide/svelte/icons/pencil-ruler';
import Play from '@lucide/svelte/icons/play';
import Square from '@lucide/svelte/icons/square';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import Table2 from '@lucide/svelte/icons/table-2';
import Trash from '@lucide/svelte/icons/trash';
import { actOnRuns, archive, duplicate, quickStart, remove } from './actions.ts';
import { history } from './history.svelte.ts';
import { queue } from './queue.svelte.ts';
import { route } from './route.svelte.ts';
import { shell } from './shell.svelte.ts';
import { theme } from './theme.svelte.ts';

interface PaletteCommand {
  label: string;
  icon: LucideIcon;
  hint?: string;
  run: () => void;
}

export interface CommandGroup {
  heading: string;
  items: PaletteCommand[];
}

const GO: PaletteCommand[] = [
  { label: 'Go to runs', icon: ChartSpline, hint: 'Alt 1', run: () => route.go('runs', route.ids) },
  { label: 'All experiments as a table', icon: Table2, run: () => route.go('runs') },
  {
    label: 'Go to compare',
    icon: GitCompareArrows,
    hint: 'Alt 2',
    run: () => route.go('compare', route.ids),
  },
  { label: 'Design an experiment', icon: PencilRuler, hint: 'Alt 3', run: () => route.go('design') },
  { label: 'Go to the queue', icon: ListOrdered, hint: 'Alt 4', run: () => route.go('queue') },
  { label: 'Run the quick start', icon: Play, run: () => void quickStart() },
  { label: 'Switch light and dark', icon: SunMoon, run: () => theme.toggle() },
  { label: 'Follow the system’s theme', icon: SunMoon, run: () => theme.choose('system') },
  { label: 'Keyboard shortcuts', icon: Keyboard, hint: '?', run: () => (shell.shortcutsOpen = true) },
];

export function paletteCommands(): CommandGroup[] {
  const here = route.view === 'runs' && route.id !== null ? history.find(route.id) : undefined;
  const groups = [{ heading: 'Commands', items: GO }];
  return here ? [{ heading: here.name, items: experimentCommands(here.id) }, ...groups] : groups;
}

function experimentCommands(id: number): PaletteCommand[] {
  const live = queue.entries.filter(({ run }) => run.experiment === id).map(({ run }) => run.id);
  const stop: PaletteCommand = {
    label: 'Stop this experiment',
    icon: Square,
    run: () => void actOnRuns('cancel', live),
  };
  return [
    ...(live.length > 0 ? [stop] : []),
    { label: 'Run a copy of this experiment', icon: CopyPlus, run: () => void duplicate(id) },
    { label: 'Open this config in design', icon: PencilRuler, run: () => route.go('design', [id]) },
    { label: 'Archive this experiment', icon: Archive, run: () => void archive([id], true) },
    { label: 'Delete this experiment', icon: Trash, run: () => void remove([id]) },
  ];
}
