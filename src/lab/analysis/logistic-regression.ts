/**
 * Logistic regression as scikit-learn's `LogisticRegression(C=…)` defines it: it minimises ½‖w‖² + C Σ log(1 + e^(−s z)),
 * z = x·w + b and s = ±1; b is not penalised. Found by Newton's method with conjugate gradients (Nocedal & Wright,
 * Numerical Optimization, 2nd ed., algorithm 7.1) in float64, to convergence: there is one minimum.
 */

/** Rows of equal width, end to end. */
export interface Rows {
  count: number;
  width: number;
  data: Float64Array;
}

export interface Fit {
  /** w */
  weights: Float64Array;
  /** b */
  intercept: number;
}

const MOST_STEPS = 100;
/** Of the gradient, as a share of what it is at 0. */
const TOLERANCE = 1e-10;

/**
 * Fits a plane between two classes.
 * @param labels 1 for the second class, else 0
 * @param c the inverse strength of the penalty
 */
export function fitLogistic(x: Rows, labels: ArrayLike<number>, c: number): Fit {
  const centre = meanOf(x);
  const problem = { x: centred(x, centre), labels, c };
  const at = new Float64Array(x.width + 1); // w, then b
  let here = lossAt(problem, at);
  const enough = TOLERANCE * Math.max(norm(here.gradient), Number.MIN_VALUE);
  for (let step = 0; step < MOST_STEPS && norm(here.gradient) > enough; step++) {
    const direction = newtonDirection(problem, here);
    const next = descend(problem, at, here, direction);
    if (next === null) break;
    here = next;
  }
  const weights = at.subarray(0, x.width);
  return { weights, intercept: at[x.width] - dot(weights, centre) };
}

/** Which of the rows lie on the side of the second class. */
export function predict({ weights, intercept }: Fit, x: Rows): Uint8Array {
  return Uint8Array.from({ length: x.count }, (_, row) => Number(dotRow(x, row, weights) + intercept > 0));
}

interface Problem {
  x: Rows;
  labels: ArrayLike<number>;
  c: number;
}

interface Here {
  loss: number;
  gradient: Float64Array;
  /** p (1 − p) of each row. */
  slopes: Float64Array;
}

/** A shift of all rows moves b alone, and rows around 0 need fewer steps. */
function meanOf({ count, width, data }: Rows): Float64Array {
  const mean = new Float64Array(width);
  for (let row = 0, at = 0; row < count; row++) for (let k = 0; k < width; k++) mean[k] += data[at++] / count;
  return mean;
}

function centred({ count, width, data }: Rows, centre: Float64Array): Rows {
  const moved = new Float64Array(data.length);
  for (let row = 0, at = 0; row < count; row++)
    for (let k = 0; k < width; k++, at++) moved[at] = data[at] - centre[k];
  return { count, width, data: moved };
}

function lossAt({ x, labels, c }: Problem, at: Float64Array): Here {
  const { count, width } = x;
  const gradient = at.slice();
  gradient[width] = 0;
  const slopes = new Float64Array(count);
  let loss = 0;
  for (let k = 0; k < width; k++) loss += (at[k] * at[k]) / 2;
  for (let row = 0; row < count; row++) {
    const z = dotRow(x, row, at) + at[width];
    const sign = labels[row] ? 1 : -1;
    // log(1 + e^−t) without overflow.
    const t = sign * z;
    loss += c * (Math.log1p(Math.exp(-Math.abs(t))) + Math.max(0, -t));
    const p = 1 / (1 + Math.exp(-z));
    slopes[row] = p * (1 - p);
    addRow(gradient, x, row, c * (p - (labels[row] ? 1 : 0)));
  }
  return { loss, gradient, slopes };
}

/** The curvature at a place, times a direction. */
function curvature({ x, c }: Problem, { slopes }: Here, direction: Float64Array): Float64Array {
  const product = direction.slice();
  product[x.width] = 0;
  for (let row = 0; row < x.count; row++)
    addRow(product, x, row, c * slopes[row] * (dotRow(x, row, direction) + direction[x.width]));
  return product;
}

/** An approximate solution of H d = −g, the better the nearer the minimum is. */
function newtonDirection(problem: Problem, here: Here): Float64Array {
  const size = norm(here.gradient);
  const enough = Math.min(0.1, Math.sqrt(size)) * size;
  const d = new Float64Array(here.gradient.length);
  const rest = here.gradient.map((g) => -g);
  let along = rest.slice();
  let square = dot(rest, rest);
  for (let k = 0; k < 10 * d.length && Math.sqrt(square) > enough; k++) {
    const curved = curvature(problem, here, along);
    const length = square / dot(along, curved);
    if (!(length > 0)) break;
    for (let i = 0; i < d.length; i++) {
      d[i] += length * along[i];
      rest[i] -= length * curved[i];
    }
    const next = dot(rest, rest);
    along = along.map((value, i) => rest[i] + (next / square) * value);
    square = next;
  }
  return d;
}

/** Goes along a direction, half as far while that lessens the loss too little; null where rounding leaves no way. */
function descend(problem: Problem, at: Float64Array, here: Here, direction: Float64Array): Here | null {
  const slope = dot(here.gradient, direction);
  const start = at.slice();
  for (let length = 1; length > 1e-8; length /= 2) {
    for (let i = 0; i < at.length; i++) at[i] = start[i] + length * direction[i];
    const next = lossAt(problem, at);
    if (next.loss <= here.loss + 1e-4 * length * slope) return next;
    // Near the minimum losses differ by rounding alone: there the gradient tells.
    if (Math.abs(next.loss - here.loss) <= 1e-14 * here.loss && norm(next.gradient) < norm(here.gradient))
      return next;
  }
  at.set(start);
  return null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function dotRow({ width, data }: Rows, row: number, weights: Float64Array): number {
  let sum = 0;
  for (let k = 0, at = row * width; k < width; k++, at++) sum += data[at] * weights[k];
  return sum;
}

/** Adds a row, and 1 for b, so many times. */
function addRow(sum: Float64Array, { width, data }: Rows, row: number, times: number): void {
  for (let k = 0, at = row * width; k < width; k++, at++) sum[k] += times * data[at];
  sum[width] += times;
}
