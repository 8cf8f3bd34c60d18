/**
 * What was chosen along the axes of parallel coordinates: a stretch of numbers, or some of the names. Written
 * `alpha:0.2..0.8;order=tve,vet`.
 */

export type Brush = { column: string } & (
  { kind: 'range'; low: number; high: number } | { kind: 'names'; names: string[] }
);

const RANGE = /^([^:=;]+):([^;]+)\.\.([^;]+)$/;
const NAMES = /^([^:=;]+)=([^;]*)$/;

/** @throws Error where a part is none */
export function brushesOf(text: string): Brush[] {
  return text.split(';').map(brushOf);
}

function brushOf(text: string): Brush {
  const [, column, ...ends] = RANGE.exec(text) ?? [];
  const [low, high] = ends.map(Number);
  if (column !== undefined && low !== undefined && high !== undefined && low <= high)
    return { column, kind: 'range', low, high };
  const [, of, names] = NAMES.exec(text) ?? [];
  if (of !== undefined && names !== undefined)
    return { column: of, kind: 'names', names: names.split(',').map(decodeURIComponent) };
  throw new Error('a choice is written column:low..high or column=name,name');
}

export function brushText(brushes: readonly Brush[]): string {
  return brushes
    .map((brush) =>
      brush.kind === 'range'
        ? `${brush.column}:${brush.low}..${brush.high}`
        : `${brush.column}=${brush.names.map(encodeURIComponent).join(',')}`,
    )
    .join(';');
}

/** Whether a brush lets a value through; a number that a row does not have is none. */
export function brushed(brush: Brush, value: number | null, text: string): boolean {
  if (brush.kind === 'names') return brush.names.includes(text);
  return value !== null && value >= brush.low && value <= brush.high;
}
