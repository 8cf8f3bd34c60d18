/** Digits in the size of a cell. */
import { DIGIT_PIXELS, DIGIT_SIZE, type DigitBank } from '../../datasets/digits/bank.ts';

export interface Art {
  /** Digit after digit, `cell × cell` pixels each, 0 to 255. */
  pixels: Uint8Array;
  /** Side of a digit in pixels. */
  cell: number;
}

/** For each pixel of the smaller side: the first it covers, and how much of each from there on. */
type Coverage = { from: number; shares: number[] }[];

/** Every digit of a bank with its side reduced to `cell` pixels; each pixel is the mean of the area it covers. */
export function artOf({ pixels }: Pick<DigitBank, 'pixels'>, cell: number): Art {
  if (cell === DIGIT_SIZE) return { pixels, cell };
  const count = pixels.length / DIGIT_PIXELS;
  const small = new Uint8Array(count * cell * cell);
  const coverage = coverageOf(cell);
  const rows = new Float64Array(DIGIT_SIZE * cell);
  for (let digit = 0; digit < count; digit++) {
    narrow(pixels.subarray(digit * DIGIT_PIXELS, (digit + 1) * DIGIT_PIXELS), coverage, rows);
    flatten(rows, coverage, small.subarray(digit * cell * cell, (digit + 1) * cell * cell));
  }
  return { pixels: small, cell };
}

function coverageOf(cell: number): Coverage {
  const step = DIGIT_SIZE / cell;
  return Array.from({ length: cell }, (_, i) => {
    const [start, end] = [i * step, (i + 1) * step];
    const from = Math.floor(start + 1e-9);
    const shares: number[] = [];
    for (let at = from; at < end - 1e-9; at++)
      shares.push((Math.min(at + 1, end) - Math.max(at, start)) / step);
    return { from, shares };
  });
}

/** 28 × 28 → 28 rows of `cell` pixels. */
function narrow(digit: Uint8Array, coverage: Coverage, rows: Float64Array): void {
  let to = 0;
  for (let y = 0; y < DIGIT_SIZE; y++)
    for (const { from, shares } of coverage) {
      let sum = 0;
      for (let i = 0; i < shares.length; i++) sum += shares[i] * digit[y * DIGIT_SIZE + from + i];
      rows[to++] = sum;
    }
}

/** 28 rows of `cell` pixels → `cell × cell`. */
function flatten(rows: Float64Array, coverage: Coverage, small: Uint8Array): void {
  const cell = coverage.length;
  coverage.forEach(({ from, shares }, y) => {
    for (let x = 0; x < cell; x++) {
      let sum = 0;
      for (let i = 0; i < shares.length; i++) sum += shares[i] * rows[(from + i) * cell + x];
      small[y * cell + x] = Math.round(sum);
    }
  });
}
