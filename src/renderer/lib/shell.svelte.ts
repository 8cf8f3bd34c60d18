/** What belongs to the window rather than to a view: the palette, and keys that work everywhere. */
import { route, type View } from './route.svelte.ts';
import { selection } from './selection.svelte.ts';

const BY_KEY: Record<string, View> = { '1': 'runs', '2': 'compare', '3': 'design', '4': 'queue' };

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Also a menu or a list goes to what begins with a letter. */
function takesLetters(target: EventTarget | null): boolean {
  return (
    isTyping(target) ||
    (target instanceof Element && target.closest('[role=menu], [role=listbox], [role=dialog]') !== null)
  );
}

/** Where App.svelte hides the history. */
const narrow = matchMedia('(max-width: 1100px)');

class Shell {
  paletteOpen = $state(false);
  shortcutsOpen = $state(false);
  /** The history, where a narrow window hides it. */
  sideOpen = $state(false);
  /** Which sheet of help is open. */
  sheet = $state<'settings' | 'words' | null>(null);

  key(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      this.paletteOpen = !this.paletteOpen;
    } else if (event.key === '/' && !command && !isTyping(event.target)) {
      event.preventDefault();
      this.openSide();
    } else if (event.altKey && BY_KEY[event.key]) {
      event.preventDefault();
      const view = BY_KEY[event.key] ?? 'runs';
      route.go(view, view === 'design' ? [] : route.ids);
    } else if (event.key === 'c' && !command && !event.altKey && !takesLetters(event.target)) {
      selection.compare();
    } else if (event.key === '?' && !isTyping(event.target)) {
      this.shortcutsOpen = true;
    } else if (event.key === 'Escape' && this.sideOpen) {
      this.sideOpen = false;
      document.getElementById('main')?.focus();
    } else if (event.key === 'Escape' && !event.defaultPrevented && !isTyping(event.target)) {
      selection.clear();
    }
  }

  /** The history comes in sight, where it is not, and its search has the focus. */
  openSide(): void {
    const search = () => document.getElementById('history-search')?.focus();
    this.sideOpen = narrow.matches;
    if (this.sideOpen) requestAnimationFrame(search);
    else search();
  }
}

export const shell = new Shell();

/** The key that opens the palette, as this system writes it. */
export const COMMAND_KEY = navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K';
