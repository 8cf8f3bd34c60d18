/**
 * Draws what is in sight at once and the rest right after it, a few at a time, so that a page of twenty figures
 * shows its first ones as fast as a page of two and stays ready for keys and the wheel meanwhile.
 */

/** Width and height of a place in pixels. */
export interface Size {
  width: number;
  height: number;
}

type Draw = (size: Size) => void;

interface Place {
  element: Element;
  box: DOMRect;
}

/** Milliseconds of drawing until whatever else waits has its turn: less than a key press notices. */
const STRETCH = 50;

const waiting = new Map<Element, Draw>();
/** Places of this turn: measured together, since each measure after a change would lay out the page anew. */
let fresh: Element[] = [];
/** Measured, out of sight. A place that changes until its turn comes is followed by what is drawn in it. */
const later: Place[] = [];
let timer: ReturnType<typeof setTimeout> | null = null;

/** @returns a function that forgets it, if it is not drawn yet */
export function drawInTurn(element: Element, draw: Draw): () => void {
  waiting.set(element, draw);
  if (fresh.length === 0) queueMicrotask(drawSight);
  fresh.push(element);
  return () => void waiting.delete(element);
}

function drawSight(): void {
  const places = fresh.map((element) => ({ element, box: element.getBoundingClientRect() }));
  fresh = [];
  const isInSight = ({ box }: Place) => box.bottom > 0 && box.top < innerHeight;
  for (const place of places.filter(isInSight)) drawAt(place);
  later.push(...places.filter((place) => !isInSight(place)));
  if (later.length > 0) timer ??= setTimeout(drawNext);
}

function drawNext(): void {
  const until = performance.now() + STRETCH;
  while (later.length > 0 && performance.now() < until) drawAt(later.shift()!);
  timer = later.length > 0 ? setTimeout(drawNext) : null;
}

function drawAt({ element, box: { width, height } }: Place): void {
  const draw = waiting.get(element);
  waiting.delete(element);
  draw?.({ width, height });
}
