/** What the palette offers, given where one is. */
import type { LucideIcon } from '@lucide/svelte';
import Archive from '@lucide/svelte/icons/archive';
import ChartSpline from '@lucide/svelte/icons/chart-spline';
import CopyPlus from '@lucide/svelte/icons/copy-plus';
import Download from '@lucide/svelte/icons/download';
import FolderInput from '@lucide/svelte/icons/folder-input';
import Grid3x3 from '@lucide/svelte/icons/grid-3x3';
import GitCompareArrows from '@lucide/svelte/icons/git-compare-arrows';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import PencilRuler from '@lucide/svelte/icons/pencil-ruler';
import Play from '@lucide/svelte/icons/play';
import Square from '@lucide/svelte/icons/square';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import Table2 from '@lucide/svelte/icons/table-2';
import Trash from '@lucide/svelte/icons/trash';
import Upload from '@lucide/svelte/icons/upload';
import type { SweepListItem } from '#shared/api/sweeps.ts';
import { actOnRuns, archive, duplicate, quickStart, remove } from './actions.ts';
import { chooseBundle, exportBundle } from './bundles.ts';
import { EXPORTS, exportAs } from './exports.ts';
import { HELP } from './help.ts';
import { history } from './history.svelte.ts';
import { savePaperFigure } from './paper-figures.ts';
import { queue } from './queue.svelte.ts';
import { revealField, whenThere } from './reveal.ts';
import { route } from './route.svelte.ts';
import { chooseRunsFolder } from './series-import.svelte.ts';
import {
  archiveSweep,
  designSweep,
  exportSweep,
  removeSweep,
  resumeSweep,
  stopSweep,
} from './sweep-actions.ts';
import { sweeps } from './sweeps.svelte.ts';
import { theme } from './theme.svelte.ts';

interface PaletteCommand {
  label: string;
  icon: LucideIcon;
  hint?: string;
  /** Found by these as well. */
  keywords?: string[];
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
  {
    label: 'Sweep a field in design',
    icon: Grid3x3,
    run: () => {
      route.go('design');
      // The view and its draft come first.
      void whenThere('[data-field="sweep"]').then(() => revealField('sweep'));
    },
  },
  { label: 'Go to the queue', icon: ListOrdered, hint: 'Alt 4', run: () => route.go('queue') },
  { label: 'Run the quick start', icon: Play, run: () => void quickStart() },
  { label: 'Import experiments, or runs of another program…', icon: Upload, run: chooseBundle },
  { label: 'Import a folder of another program’s runs…', icon: FolderInput, run: chooseRunsFolder },
  { label: 'Switch light and dark', icon: SunMoon, run: () => theme.toggle() },
  { label: 'Follow the system’s theme', icon: SunMoon, run: () => theme.choose('system') },
  ...HELP.map((item) => ({ ...item, keywords: ['help'] })),
];

export function paletteCommands(): CommandGroup[] {
  const groups = [{ heading: 'Commands', items: GO }];
  const sweep = route.sweep === null ? undefined : sweeps.find(route.sweep);
  if (sweep) return [{ heading: sweep.name, items: sweepCommands(sweep) }, ...groups];
  const here = route.view === 'runs' && route.id !== null ? history.find(route.id) : undefined;
  return here ? [{ heading: here.name, items: experimentCommands(here.id) }, ...groups] : groups;
}

function sweepCommands({ id, experiments, states }: SweepListItem): PaletteCommand[] {
  const live = states.queued + states.running + states.paused > 0;
  const stopped = states.failed + states.cancelled + states.interrupted > 0;
  const stop = { label: 'Stop this sweep', icon: Square, run: () => void stopSweep(id) };
  const resume = { label: 'Resume this sweep', icon: Play, run: () => void resumeSweep(id) };
  return [
    ...(live ? [stop] : stopped ? [resume] : []),
    {
      label: 'Compare the combinations of this sweep',
      icon: GitCompareArrows,
      run: () => route.go('compare', experiments),
    },
    { label: 'Open this sweep in design', icon: PencilRuler, run: () => void designSweep(id) },
    {
      label: 'Export the effects of this sweep (CSV)',
      icon: Download,
      run: () => void exportSweep(id, 'export.sweepCsv'),
    },
    {
      label: 'Export the effects of this sweep as a figure for a paper (PDF)',
      icon: Download,
      run: () => void savePaperFigure({ show: 'sweep', sweep: id }, { format: 'pdf' }),
    },
    { label: 'Archive this sweep', icon: Archive, run: () => void archiveSweep(id, true) },
    { label: 'Delete this sweep', icon: Trash, run: () => void removeSweep(id) },
  ];
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
    ...EXPORTS.map(({ label, method }) => ({
      label: `Export: ${label}`,
      icon: Download,
      run: () => void exportAs(method, id),
    })),
    {
      label: 'Export: for another Credence (.credence)',
      icon: Download,
      run: () => void exportBundle([id], false),
    },
    { label: 'Archive this experiment', icon: Archive, run: () => void archive([id], true) },
    { label: 'Delete this experiment', icon: Trash, run: () => void remove([id]) },
  ];
}
