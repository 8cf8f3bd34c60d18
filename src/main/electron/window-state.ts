/** Where the window was left. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
  maximized: z.boolean(),
});

export type WindowState = z.output<typeof stateSchema>;

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Pixels of the title bar that must stay in reach. */
const GRIP = { x: 100, y: 50 };

/** The place kept in a file; null the first time, and where it is damaged: closing the window writes it anew. */
export function readState(file: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Whether the window can be reached: one that was on a screen which is gone would open where nobody sees it. */
export function isWithin(state: Area, areas: readonly Area[]): boolean {
  return areas.some(
    (area) =>
      state.x < area.x + area.width - GRIP.x &&
      state.x + state.width > area.x + GRIP.x &&
      state.y >= area.y - 20 &&
      state.y < area.y + area.height - GRIP.y,
  );
}
