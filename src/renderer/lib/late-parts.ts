/** Parts of the window that are loaded when they are first shown, or before that when there is nothing else to do. */
import { answersPart } from './answers-part.ts';
import { askComparison } from './compare-ahead.ts';
import { insidePart } from './inside-part.ts';
import { loadNotation } from './fonts.ts';
import { LatePart } from './late-part.svelte.ts';
import { menuPart } from './menu-part.ts';

function aheadOfComparison(): void {
  askComparison();
  void loadNotation();
}

/** With their charts, the schema of configs and the editor, which the list of experiments does without. */
export const lateParts = {
  experiment: new LatePart<{ id: number }>(() => import('../components/runs/ExperimentPage.svelte')),
  sweep: new LatePart<{ id: number }>(() => import('../components/sweeps/SweepPage.svelte')),
  answers: answersPart,
  inside: insidePart,
  tableBar: new LatePart(() => import('../components/table/TableBar.svelte')),
  chosenTable: new LatePart(() => import('../components/table/ChosenTable.svelte')),
  groupChart: new LatePart<{ by: string; of: string }>(() => import('../components/table/GroupChart.svelte')),
  compare: new LatePart(() => import('../views/CompareView.svelte'), aheadOfComparison),
  design: new LatePart(() => import('../views/DesignView.svelte')),
  queue: new LatePart(() => import('../views/QueueView.svelte')),
};

/** What lies over every view, and shows nothing until it is asked for or has something to tell. */
export const overlays = [
  new LatePart(() => import('../components/shell/BulkBar.svelte')),
  new LatePart(() => import('../components/shell/Palette.svelte')),
  new LatePart(() => import('../components/shell/Shortcuts.svelte')),
  new LatePart(() => import('../components/help/Sheets.svelte')),
  new LatePart(() => import('../components/tour/Tour.svelte')),
  new LatePart(() => import('../components/imports/ImportSeries.svelte')),
  new LatePart(() => import('../components/shell/Toasts.svelte')),
  new LatePart(() => import('../components/shell/Tooltips.svelte')),
  new LatePart(() => import('../components/shell/SymbolCard.svelte')),
];

let asked = false;

/** Loads all, one after another, as soon as the window has shown what it was opened for. */
export function loadLater(): void {
  if (asked) return;
  asked = true;
  requestIdleCallback(() => void loadAll());
}

/** Milliseconds between two parts: each takes a frame or two to start, and what is asked for meanwhile goes first. */
const PAUSE = 150;

/** One after another, each when the window has nothing else to do. */
async function loadAll(): Promise<void> {
  const { experiment, compare, ...others } = lateParts;
  const load = (parts: { load(): Promise<unknown> }[]) => parts.map((part) => () => part.load());
  // First what one opens from the list most.
  const steps = [
    loadNotation,
    ...load([experiment, compare]),
    rehearse,
    ...load([...overlays, menuPart, ...Object.values(others)]),
  ];
  for (const step of steps) {
    await step();
    await idle();
  }
}

/** Whoever needs a part tells that it cannot be had; this one nobody misses. */
async function rehearse(): Promise<void> {
  const rehearsal = await import('../charts/rehearsal.ts').catch(() => null);
  rehearsal?.rehearseFigure();
}

function idle(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve), PAUSE));
}

/** At once, where one of them was asked for before. */
export async function loadOverlays(): Promise<void> {
  await Promise.all(overlays.map((part) => part.load()));
}
