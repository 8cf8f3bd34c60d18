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

/** Milliseconds of drawing until whatever else waits has its turn. */
const STRETCH = 30;

const waiting = new Map<Element, Draw>();
/** Places of this turn: measured together, since each measure after a change would lay out the page anew. */
let fresh: Element[] = [];
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
  const inSight = places.filter(({ box }) => box.bottom > 0 && box.top < innerHeight);
  for (const { element, box } of inSight) drawAt(element, box);
  if (waiting.size > 0) timer ??= setTimeout(drawNext);
}

function drawNext(): void {
  const until = performance.now() + STRETCH;
  const places = [...waiting.keys()].map((element) => ({ element, box: element.getBoundingClientRect() }));
  for (const { element, box } of places) {
    drawAt(element, box);
    if (performance.now() > until) break;
  }
  timer = waiting.size > 0 ? setTimeout(drawNext) : null;
}

function drawAt(element: Element, { width, height }: Size): void {
  const draw = waiting.get(element);
  waiting.delete(element);
  draw?.({ width, height });
}
