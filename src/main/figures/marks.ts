/** What a figure for paper is drawn with: paths and texts, in points of paper (1/72 in) from the upper left corner. */
import type { Mark as ExperimentMark } from '#shared/experiment-colours.ts';

/** A stretch of text on one line; the paper's notation in it (`Ḋ₅ᶜᵒⁿˢ`) is set with real sub- and superscripts. */
export interface TextMark {
  kind: 'text';
  /** Of the baseline. */
  x: number;
  y: number;
  text: string;
  /** In points. */
  size: number;
  colour: string;
  anchor: 'start' | 'middle' | 'end';
  bold?: boolean;
  /** Read from below upwards. */
  turned?: boolean;
}

export interface PathMark {
  kind: 'path';
  /** As in SVG. */
  d: string;
  fill?: string;
  /** Of what is filled, from 0 to 1. */
  opacity?: number;
  stroke?: string;
  /** Of the stroke, in points. */
  width?: number;
  dash?: readonly [on: number, off: number];
  /** Text stands on it. */
  ground?: boolean;
}

export type Mark = TextMark | PathMark;

/** A figure laid out, in points. */
export interface Sheet {
  width: number;
  height: number;
  title: string;
  /** For people who cannot see it. */
  description: string;
  marks: Mark[];
}

/** A coordinate with as many digits as print can show. */
const at = (value: number) => Math.round(value * 1000) / 1000;

export function line(x1: number, y1: number, x2: number, y2: number): string {
  return `M${at(x1)},${at(y1)}L${at(x2)},${at(y2)}`;
}

export function box(x: number, y: number, width: number, height: number): string {
  return `M${at(x)},${at(y)}h${at(width)}v${at(height)}h${at(-width)}z`;
}

export function circle(x: number, y: number, r: number): string {
  return `M${at(x - r)},${at(y)}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0z`;
}

export function diamond(x: number, y: number, r: number): string {
  return `M${at(x - r)},${at(y)}l${r},${-r}l${r},${r}l${-r},${r}z`;
}

/** The mark of an experiment, as the window draws it. @param r half its width */
export function markPath(mark: ExperimentMark, x: number, y: number, r: number): string {
  switch (mark) {
    case 'rectRot':
      return diamond(x, y, r * 1.2);
    case 'circle':
      return circle(x, y, r);
    case 'rect':
      return box(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
    case 'triangle':
      return `M${at(x)},${at(y - r * 1.15)}l${at(r * 1.1)},${at(r * 2)}h${at(-r * 2.2)}z`;
  }
}

/** The mark of one among others that are measured together: hollow. */
export function openMark(
  { mark, colour }: { mark: ExperimentMark; colour: string },
  x: number,
  y: number,
  r: number,
): PathMark {
  return { kind: 'path', d: markPath(mark, x, y, r), fill: PAPER, stroke: colour, width: 0.8 };
}

export const PAPER = '#ffffff';

/** The same, moved. Paths are moved by their absolute commands `M` and `L`, the only ones in use. */
export function moved(marks: readonly Mark[], dx: number, dy: number): Mark[] {
  return marks.map((mark) =>
    mark.kind === 'text'
      ? { ...mark, x: mark.x + dx, y: mark.y + dy }
      : {
          ...mark,
          d: mark.d.replace(
            /([ML])(-?[\d.]+),(-?[\d.]+)/g,
            (_, letter: string, x: string, y: string) =>
              `${letter}${at(Number(x) + dx)},${at(Number(y) + dy)}`,
          ),
        },
  );
}
