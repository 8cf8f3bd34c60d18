/** Ctrl Z and Ctrl Shift Z (or Cmd), where no text is being typed: that has an undo of its own. */
export function undoKey(event: KeyboardEvent): 'undo' | 'redo' | null {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return null;
  if (event.target instanceof HTMLInputElement && event.target.type === 'text') return null;
  if (event.target instanceof HTMLTextAreaElement) return null;
  event.preventDefault();
  return event.shiftKey ? 'redo' : 'undo';
}
