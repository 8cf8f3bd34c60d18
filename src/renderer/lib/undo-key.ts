/**
 * Ctrl Z and Ctrl Shift Z (or Cmd), where no text is being typed: that has an undo of its own.
 * @param typed whether what is typed is undone here as well
 */
export function undoKey(event: KeyboardEvent, typed = false): 'undo' | 'redo' | null {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return null;
  if (!typed && takesText(event.target)) return null;
  event.preventDefault();
  return event.shiftKey ? 'redo' : 'undo';
}

function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return ['text', 'search'].includes(target.type);
  return target instanceof HTMLTextAreaElement;
}
