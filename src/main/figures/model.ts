/** Figures for paper before they are laid out: what they show, in the unit that was measured. */
import type { Mark as ExperimentMark } from '#shared/experiment-colours.ts';
import type { Cell } from '#shared/table/filter.ts';
import type { Bounds } from '#shared/stats/interval.ts';

/** A mean over seeds, and the seeds it is over where they are drawn. */
export interface Spot extends Bounds {
  mean: number;
  n: number;
  seeds?: readonly { seed: number; value: number }[];
  /** Experiments of a group, one by one: drawn as open marks. */
  singles?: readonly Single[];
}

interface Single {
  name: string;
  value: number;
  colour: string;
  mark: ExperimentMark;
}

export interface LineSeries {
  /** Empty where there is but one. */
  name: string;
  colour: string;
  /** By place on the x axis, from left to right; `of`: whose it is, for the numbers, where several stand at one place. */
  points: readonly (Spot & { x: number; of?: string })[];
  interval: 'band' | 'bars';
  joined: boolean;
}

interface Axis {
  title: string;
  /** How a value is written at a tick. */
  text: (value: number) => string;
}

/** Means over an axis, with their intervals. */
export interface LinePanel {
  kind: 'lines';
  title: string;
  x: Axis & {
    domain: readonly [number, number];
    scale: 'linear' | 'log';
    /** Where values are named or few: these alone are marked. */
    ticks?: readonly number[];
  };
  /** What it has to hold beside what is drawn, 0 always: of a share its least height. */
  y: Axis & { least: number; most: number };
  /** What guessing gives. */
  chance: number | null;
  /** Stretches of the x axis under a name: a dashed line between them. */
  spans: readonly { from: number; to: number; text: string }[];
  series: readonly LineSeries[];
}

/** A map: the larger a value, the stronger its colour. */
export interface CellPanel {
  kind: 'cells';
  title: string;
  rows: readonly string[];
  columns: readonly string[];
  /** Row by row. */
  cells: readonly (readonly (Spot & { also?: { what: string; value: number; text: string } })[])[];
  text: (value: number) => string;
  domain: readonly [number, number];
}

/** Histograms below each other. */
export interface BarPanel {
  kind: 'bars';
  title: string;
  xTitle: string;
  /** Middles. */
  bins: readonly number[];
  /** `short` where there is no room for the name. */
  rows: readonly {
    name: string;
    short: string;
    colour: string;
    shares: readonly number[];
    mean: Spot;
    text: string;
  }[];
}

/** Effects below each other: a dot per seed, the mean with its interval. */
export interface ForestPanel {
  kind: 'forest';
  title: string;
  /** `least`: what the axis holds above 0 where all effects are smaller. */
  x: Axis & { least: number };
  rows: readonly (Spot & { name: string; text: string })[];
}

/** Experiments or runs as points on two axes. */
export interface PointPanel {
  kind: 'points';
  title: string;
  x: PlacedAxis;
  y: PlacedAxis;
  /** A colour and a mark each: those of an experiment. */
  series: readonly (Inked & { points: readonly PlacedPoint[] })[];
}

/** An axis of numbers, or of names at places. */
export interface PlacedAxis {
  /** With the unit that is drawn. */
  title: string;
  /** What its numbers are called in the unit measured. */
  measured: string;
  domain: readonly [number, number];
  scale: 'linear' | 'log';
  /** Where values are named: these alone are marked. */
  names: readonly string[];
}

interface Inked {
  name: string;
  colour: string;
  mark: ExperimentMark;
}

interface PlacedPoint {
  /** Of the experiment, and its seed where a point is a run. */
  name: string;
  x: number;
  y: number;
  /** In the unit measured. */
  cells: readonly [Cell, Cell];
  /** Not among those that were chosen. */
  pale: boolean;
}

/** Experiments or runs as lines through parallel axes. */
export interface ParallelPanel {
  kind: 'parallel';
  title: string;
  /** From the left; ticks from 0, the top, to 1. */
  axes: readonly { title: string; measured: string; ticks: readonly { at: number; text: string }[] }[];
  series: readonly (Inked & {
    lines: readonly { name: string; at: readonly (number | null)[]; cells: readonly Cell[]; pale: boolean }[];
  })[];
}

export type Panel = LinePanel | CellPanel | BarPanel | ForestPanel | PointPanel | ParallelPanel;

/** What is drawn, and said about it. */
export type Shown = Omit<PaperFigure, 'title'>;

export interface PaperFigure {
  /** Of the file, for people who cannot see it; not drawn: that is what a caption is for. */
  title: string;
  panels: readonly Panel[];
  /** Small print below: what means are over, `Mean and 95 % interval over 10 seeds`; what names in it mean. */
  notes: readonly string[];
}
