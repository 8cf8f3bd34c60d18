/**
 * Light or dark: follows the system until someone chooses. The choice is a setting of the host, so that it holds
 * in every tab and browser; `credence serve` writes it into the page and Electron sets its system theme by it, so
 * that the first paint has the right colours.
 */
import type { Settings } from '#shared/api/system.ts';
import { attempt } from './actions.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';

type ThemeChoice = Settings['theme'];

const system = matchMedia('(prefers-color-scheme: dark)');

/** What the page came with. */
function written(): ThemeChoice {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

class Theme {
  choice = $state<ThemeChoice>(written());
  #systemDark = $state(system.matches);
  dark = $derived(this.choice === 'system' ? this.#systemDark : this.choice === 'dark');

  constructor() {
    system.addEventListener('change', ({ matches }) => (this.#systemDark = matches));
    on('settings', ({ theme }) => this.#show(theme));
    connection.onReturn(() => void this.#load());
    // The page came with the choice; Electron's has it from its system theme.
    requestIdleCallback(() => void this.#load());
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
  }
}

export const theme = new Theme();
