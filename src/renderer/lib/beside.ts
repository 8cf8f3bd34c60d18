/** Where something that floats stands: beside what it is about, within the window. */

/** Pixels to what it is about, and to the edges of the window. */
const GAP = 6;

/** Above, in the middle; below where there is no room above. */
export function placeBeside(anchor: Element, floating: HTMLElement): void {
  const place = anchor.getBoundingClientRect();
  const { width, height } = floating.getBoundingClientRect();
  const left = place.left + (place.width - width) / 2;
  const above = place.top - GAP - height;
  floating.style.left = `${Math.max(GAP, Math.min(innerWidth - width - GAP, left))}px`;
  floating.style.top = `${above < GAP ? place.bottom + GAP : above}px`;
}
