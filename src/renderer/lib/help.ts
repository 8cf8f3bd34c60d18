/** What helps, from the menu below the history and from the palette. */
import BookOpen from '@lucide/svelte/icons/book-open';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Footprints from '@lucide/svelte/icons/footprints';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Settings2 from '@lucide/svelte/icons/settings-2';
import { openExample } from './example.ts';
import { shell } from './shell.svelte.ts';
import { tour } from './tour.svelte.ts';

export const HELP = [
  { label: 'Guided tour', icon: Footprints, run: () => void tour.start() },
  { label: 'Open the example', icon: FlaskConical, run: () => void openExample() },
  { label: 'Words and symbols', icon: BookOpen, run: () => (shell.sheet = 'words') },
  { label: 'Keyboard shortcuts', icon: Keyboard, hint: '?', run: () => (shell.shortcutsOpen = true) },
  { label: 'Settings', icon: Settings2, run: () => (shell.sheet = 'settings') },
];
