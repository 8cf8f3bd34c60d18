/** Text that must fit a place which CSS cannot cut, such as a label in an SVG. */

let context: CanvasRenderingContext2D | null = null;

/**
 * Names that stand together are mostly told apart by their ends: cut is in the middle.
 * @param width in pixels
 * @param size of the font in pixels
 * @returns the text, with … where it was cut
 */
export function fitText(text: string, width: number, size = 12): string {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text;
  context.font = `${size}px 'Inter Variable', system-ui, sans-serif`;
  const fits = (shown: string) => (context?.measureText(shown).width ?? 0) <= width;
  if (fits(text)) return text;
  let kept = text.length - 1;
  while (kept > 1 && !fits(withoutMiddle(text, kept))) kept--;
  return withoutMiddle(text, kept);
}

/** @param kept characters that stay */
function withoutMiddle(text: string, kept: number): string {
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head).trimEnd()}…${text.slice(text.length - (kept - head)).trimStart()}`;
}
