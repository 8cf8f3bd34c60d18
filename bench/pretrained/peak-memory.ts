/** The most memory that this process has used. */

/** Bytes, as the system counts them. */
export function peakMemory(): number {
  // Linux and macOS tell it in different units; Node in kilobytes everywhere.
  return process.resourceUsage().maxRSS * 1024;
}
