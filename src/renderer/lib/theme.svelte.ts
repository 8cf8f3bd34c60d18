/**
 * Light or dark: follows the system until someone chooses. The choice is a setting of the host, so that it holds
 * in every tab and browser; a copy here spares the first paint from the wrong colours.
 */
import type { Settings } from '#shared/api/system.ts';
import { attempt } from './actions.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';

type ThemeChoice = Settings['theme'];

const KEY = 'credence.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function stored(): ThemeChoice {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

class Theme {
  choice = $state<ThemeChoice>(stored());
  #systemDark = $state(system.matches);
  dark = $derived(this.choice === 'system' ? this.#systemDark : this.choice === 'dark');

  constructor() {
    system.addEventListener('change', ({ matches }) => (this.#systemDark = matches));
    on('settings', ({ theme }) => this.#show(theme));
    connection.onReturn(() => void this.#load());
    void this.#load();
  }

  choose(choice: ThemeChoice): void {
    this.#show(choice);
    void attempt(() => call('settings.set', { theme: choice }));
  }

  /** The other of light and dark than what is shown. */
  toggle(): void {
    this.choose(this.dark ? 'light' : 'dark');
  }

  async #load(): Promise<void> {
    const settings = await attempt(() => call('settings.get', {}));
    if (settings) this.#show(settings.theme);
  }

  #show(choice: ThemeChoice): void {
    this.choice = choice;
    localStorage.setItem(KEY, choice);
  }
}

export const theme = new Theme();
