/** A map of cells: the stronger the colour, the larger the value. */
import { scaleLinear } from 'd3-scale';
import { markup } from './markup.ts';
import { at, INK, MUTED, type Drawing } from './plot.ts';

interface Cell {
  value: number;
  text: string;
  small?: string;
}

export interface CellMap {
  hint: string;
  rows: readonly string[];
  columns: readonly string[];
  /** Row by row. */
  cells: readonly (readonly Cell[])[];
  domain: readonly [number, number];
  /** What the ends of the scale are called. */
  legend: readonly [string, string];
}

const ROW = 30;
const LEFT = 150;
const TOP = 24;
const STRONG = '#1f4e9e';
const WEAK = '#f2f5fa';
const colour = scaleLinear([0, 1], [WEAK, STRONG]);

/** Text on a strong colour is white. */
const WHITE_FROM = 0.55;

export function cellMap({ hint, rows, columns, cells, domain: [least, most], legend }: CellMap): Drawing {
  const width = Math.max(44, Math.min(110, 600 / Math.max(1, columns.length)));
  const strength = (value: number) => Math.min(1, Math.max(0, (value - least) / (most - least || 1)));
  const bottom = TOP + rows.length * ROW;
  const drawn = cells.flatMap((row, i) =>
    row.map(({ value, text, small }, k) => {
      const [x, y] = [LEFT + k * width, TOP + i * ROW];
      const ink = strength(value) > WHITE_FROM ? '#ffffff' : INK;
      return markup`<rect x="${at(x)}" y="${y}" width="${at(width - 1)}" height="${ROW - 1}" fill="${colour(strength(value))}"/><text x="${at(x + width / 2)}" y="${y + (small ? 14 : 19)}" text-anchor="middle" font-size="11" fill="${ink}">${text}</text>${small && markup`<text x="${at(x + width / 2)}" y="${y + 25}" text-anchor="middle" font-size="9" fill="${ink}">${small}</text>`}
`;
    }),
  );
  const names = rows.map(
    (name, i) =>
      markup`<text x="${LEFT - 8}" y="${TOP + i * ROW + 19}" text-anchor="end" fill="${MUTED}" class="muted">${name}</text>`,
  );
  const below = columns.map(
    (name, k) =>
      markup`<text x="${at(LEFT + (k + 0.5) * width)}" y="${bottom + 16}" text-anchor="middle">${shortened(name)}</text>`,
  );
  const scale = Array.from(
    { length: 10 },
    (_, i) =>
      markup`<rect x="${LEFT + i * 14}" y="${bottom + 32}" width="14" height="10" fill="${colour(i / 9)}"/>`,
  );
  return {
    width: Math.max(620, LEFT + columns.length * width + 20),
    height: bottom + 60,
    body: markup`<text x="14" y="12" font-size="11" fill="${MUTED}" class="muted">${hint}</text>
${drawn}${names}${below}${scale}
<text x="${LEFT}" y="${bottom + 56}" font-size="11" fill="${MUTED}" class="muted">${legend[0]}</text><text x="${LEFT + 140}" y="${bottom + 56}" text-anchor="end" font-size="11" fill="${MUTED}" class="muted">${legend[1]}</text>`,
  };
}

const shortened = (text: string) => {
  const plain = text.replaceAll('\n', '↵').trim() || '␣';
  return plain.length > 12 ? `${plain.slice(0, 11)}…` : plain;
};
