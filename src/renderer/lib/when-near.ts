/** Work that waits until somebody is about to see what comes of it. */

/** Pixels below the part in sight. */
const NEAR = 200;

/** An attachment that acts once its element is in sight, or nearly. */
export function whenNear(act: () => void): (element: HTMLElement) => () => void {
  return (element) => {
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        near.disconnect();
        act();
      },
      { root: document.getElementById('main'), rootMargin: `${NEAR}px` },
    );
    near.observe(element);
    return () => near.disconnect();
  };
}
