/**
 * Tests give way to whoever works at this machine, as training processes do. These would otherwise wait, in tests that
 * wait for them, for as long as other test files keep the cores busy.
 */
import { constants, setPriority } from 'node:os';

export default function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Where it may not be lowered, they go on as they are, and so does training.
  }
}
