/** Who counts as the app's own page; nothing here needs Electron to run. */

/** The one origin that the window loads and that may talk to the main process. */
export const ORIGIN = 'credence://app';

/** What of a frame tells whether it may be trusted (a part of Electron's `WebFrameMain`). */
export interface FrameLike {
  readonly url: string;
  readonly parent: unknown;
}

/** Whether a message comes from the window's own page, not from a frame inside it or a page elsewhere. */
export function isTrusted(frame: FrameLike | null): boolean {
  return frame !== null && frame.parent === null && originOf(frame.url) === ORIGIN;
}

/** `credence://app` for any page of ours; custom schemes have no `URL.origin`. */
export function originOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.protocol}//${parsed.host}` : '';
}
