/** Text that must fit a place which CSS cannot cut, such as a label in an SVG. */

let context: CanvasRenderingContext2D | null = null;

/** @param width in pixels @param size of the font in pixels @returns the text, with … where it was cut */
export function fitText(text: string, width: number, size = 12): string {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text;
  context.font = `${size}px 'Inter Variable', system-ui, sans-serif`;
  const wide = (shown: string) => (context?.measureText(shown).width ?? 0) > width;
  if (!wide(text)) return text;
  let end = text.length - 1;
  while (end > 1 && wide(`${text.slice(0, end)}…`)) end--;
  return `${text.slice(0, end).trimEnd()}…`;
}
