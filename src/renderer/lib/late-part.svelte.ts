/** Parts of the window that are loaded when they are first shown, or before that when there is nothing else to do. */
import type { Component } from 'svelte';
import { messageOf } from './api.ts';
import { loadNotation } from './fonts.ts';

export class LatePart<Props extends Record<string, unknown> = Record<string, never>> {
  /** Null until it is loaded. */
  component = $state.raw<Component<Props> | null>(null);
  /** Why it could not be loaded. */
  error = $state<string | null>(null);
  #load: () => Promise<{ default: Component<Props> }>;

  constructor(load: () => Promise<{ default: Component<Props> }>) {
    this.#load = load;
  }

  /** Loads it where it is not there yet. */
  async load(): Promise<void> {
    if (this.component) return;
    try {
      this.component = (await this.#load()).default;
      this.error = null;
    } catch (error) {
      this.error = `This part of the window could not be loaded: ${messageOf(error)}`;
    }
  }
}

/** With their charts, the schema of configs and the editor, which the list of experiments does without. */
export const lateParts = {
  experiment: new LatePart<{ id: number }>(() => import('../components/runs/ExperimentPage.svelte')),
  sweep: new LatePart<{ id: number }>(() => import('../components/sweeps/SweepPage.svelte')),
  runTable: new LatePart<{ experiments: number[] }>(() => import('../components/runs/RunTable.svelte')),
  compare: new LatePart(() => import('../views/CompareView.svelte')),
  design: new LatePart(() => import('../views/DesignView.svelte')),
  queue: new LatePart(() => import('../views/QueueView.svelte')),
};

/** What lies over every view, and shows nothing until it is asked for or has something to tell. */
export const overlays = [
  new LatePart(() => import('../components/shell/BulkBar.svelte')),
  new LatePart(() => import('../components/shell/Palette.svelte')),
  new LatePart(() => import('../components/shell/Shortcuts.svelte')),
  new LatePart(() => import('../components/shell/Toasts.svelte')),
];

let asked = false;

/** Loads all, one after another, as soon as the window has shown what it was opened for. */
export function loadLater(): void {
  if (asked) return;
  asked = true;
  requestIdleCallback(() => void loadAll());
}

async function loadAll(): Promise<void> {
  await loadOverlays();
  await loadNotation();
  for (const part of Object.values(lateParts)) await part.load();
}

/** At once, where one of them was asked for before. */
export async function loadOverlays(): Promise<void> {
  await Promise.all(overlays.map((part) => part.load()));
}
