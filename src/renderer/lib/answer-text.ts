/** Shares of right answers as people read them. */

/** `34.2 %` */
export function shareText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
