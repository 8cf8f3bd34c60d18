/**
 * Draws what is in sight at once and the rest when the browser has nothing else to do, one after another, so
 * that a page of twenty figures shows its first ones as fast as a page of two.
 */

const later = new Map<Element, () => void>();
let idle = 0;

/** Half a screen around the window counts as in sight: nobody scrolls into an empty frame. */
const sight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) drawNow(target);
    if (later.size > 0) idle ||= requestIdleCallback(drawNext);
  },
  { rootMargin: '50% 0px' },
);

/** @returns a function that forgets it, if it is not drawn yet */
export function drawInTurn(element: Element, draw: () => void): () => void {
  later.set(element, draw);
  sight.observe(element);
  return () => forget(element);
}

function drawNow(element: Element): void {
  const draw = later.get(element);
  forget(element);
  draw?.();
}

function drawNext(deadline: IdleDeadline): void {
  idle = 0;
  do {
    const [next] = later.keys();
    if (next) drawNow(next);
  } while (later.size > 0 && deadline.timeRemaining() > 0);
  if (later.size > 0) idle = requestIdleCallback(drawNext);
}

function forget(element: Element): void {
  later.delete(element);
  sight.unobserve(element);
}
