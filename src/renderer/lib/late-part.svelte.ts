/** A part of the window that is loaded when it is first shown, or before that. */
import type { Component } from 'svelte';
import { messageOf } from './api.ts';

export class LatePart<Props extends Record<string, unknown> = Record<string, never>> {
  /** Null until it is loaded. */
  component = $state.raw<Component<Props> | null>(null);
  /** Why it could not be loaded. */
  error = $state<string | null>(null);
  #load: () => Promise<{ default: Component<Props> }>;
  #ahead: () => void;

  /** @param ahead done when it is shown before it is there, beside loading it */
  constructor(load: () => Promise<{ default: Component<Props> }>, ahead: () => void = () => undefined) {
    this.#load = load;
    this.#ahead = ahead;
  }

  /** Loads it to be shown. */
  show(): Promise<void> {
    if (!this.component) this.#ahead();
    return this.load();
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
