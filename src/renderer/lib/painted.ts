/** When what has changed can be seen. */

/** @returns fulfilled once the next frame was drawn; a window that is hidden draws none and waits a little instead */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, HIDDEN);
    requestAnimationFrame(() => {
      // The callback runs before this frame is drawn; a message is handled once it was.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(null);
    });
  });
}

/** Milliseconds that a hidden window waits. */
const HIDDEN = 500;
