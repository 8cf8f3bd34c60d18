/**
 * Training does not stand back for other programs while tests run: one that waits for it would wait for as long as the
 * other test files keep the cores busy.
 */
export default function trainAtOnce(): void {
  process.env['CREDENCE_NICE'] ??= '0';
}
