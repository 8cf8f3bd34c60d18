/** How the command line prints: tables, percentages, durations, JSON. */
import Table from 'cli-table3';
import pc from 'picocolors';
import { perCent } from '#shared/decimals.ts';
import { plainJson, visibleLines } from '#shared/plain-text.ts';

/** Prints one JSON value on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${plainJson(value)}\n`);
}

export function print(text = ''): void {
  process.stdout.write(`${harmless(text)}\n`);
}

/** Prints on standard error: progress and remarks, so that standard output stays clean. */
export function note(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

/** A colour or weight as picocolors writes it, or a stretch of anything else. */
// eslint-disable-next-line no-control-regex
const STYLED = /(\u001b\[\d{1,2}m)|([^\u001b]+|\u001b)/g;

/** Nothing in a text moves the cursor or hides; colours stay where we print any. */
function harmless(text: string): string {
  if (!pc.isColorSupported) return visibleLines(text);
  return text.replace(STYLED, (_, style: string | undefined, other: string) => style ?? visibleLines(other));
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
    head: head.map((text) => bold(harmless(text))),
    colAligns: head.map((_, column) => (rightAligned.includes(column) ? 'right' : 'left')),
    chars: { ...none, ...border, left: '', right: '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  view.push(...rows.map((cells) => cells.map(harmless)));
  return view.toString();
}

/** 0.2345 → `23.5%`. */
export function percent(share: number): string {
  return `${perCent(share)}%`;
}
