/** Light or dark: follows the system until someone chooses. */

type ThemeChoice = 'system' | 'light' | 'dark';

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
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  }

  /** The other of light and dark than what is shown. */
  toggle(): void {
    this.choose(this.dark ? 'light' : 'dark');
  }
}

export const theme = new Theme();
