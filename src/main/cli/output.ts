/** How the command line prints: tables, percentages, durations, JSON. */
import Table from 'cli-table3';
import pc from 'picocolors';

/** Prints one JSON value on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Prints on standard error: progress and remarks, so that standard output stays clean. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export const { bold, dim, green, red, yellow } = pc;

/** A plain table: headings, two spaces between columns, no frame. Numbers go right. */
export function table(head: string[], rows: string[][], rightAligned: number[] = []): string {
  const border = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
  };
  const view = new Table({
    head: head.map((text) => bold(text)),
    colAligns: head.map((_, column) => (rightAligned.includes(column) ? 'right' : 'left')),
    chars: { ...none, ...border, left: '', right: '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  view.push(...rows);
  return view.toString();
}

/** 0.2345 → `23.5%`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
