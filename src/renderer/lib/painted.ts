/** When what has changed can be seen. */
import { atMost } from './at-most.ts';

/** Milliseconds that a hidden window waits, which draws no frame. */
const HIDDEN = 500;

/** @returns fulfilled once the next frame was drawn */
export function painted(): Promise<unknown> {
  return atMost(HIDDEN, new Promise<void>((resolve) => requestAnimationFrame(() => afterFrame(resolve))));
}

/** A callback of a frame runs before it is drawn; a message is handled once it was. */
function afterFrame(act: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = act;
  port2.postMessage(null);
}
