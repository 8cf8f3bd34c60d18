/** Statistics of gradients that come one at a time: none but a definition's own are held. */
import type { GradientNorms, GradientPoint, SubsetGradients } from '#shared/analysis.ts';
import type { SubsetName } from '#shared/subsets.ts';

/** A gradient and its norms. */
export interface Sized {
  values: Float32Array;
  norms: GradientNorms;
}

export function sizeOf(values: Float32Array): Sized {
  let [l1, squares, linf] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    l1 += size;
    squares += size * size;
    if (size > linf) linf = size;
  }
  return { values, norms: { l1, l2: Math.sqrt(squares), linf } };
}

/** a·b and ‖a − b‖ */
export function compare(a: Float32Array, b: Float32Array): { product: number; distance: number } {
  let [product, squares] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i] * b[i];
    squares += (a[i] - b[i]) ** 2;
  }
  return { product, distance: Math.sqrt(squares) };
}

const NO_NORMS: GradientNorms = { l1: 0, l2: 0, linf: 0 };

/** Sums over pairs of a subset. */
interface PairSums extends SubsetGradients {
  definition: GradientNorms;
  question: GradientNorms;
}

export class GradientSums {
  private readonly pairs = new Map<SubsetName, PairSums>();
  private examples = 0;
  /** Σ g and Σ g / ‖g‖, by element; Σ ‖g‖² and how many have a direction. */
  private sum = new Float64Array(0);
  private directions = new Float64Array(0);
  private squares = 0;

  /** Takes an example in. @returns the same */
  add(sized: Sized): Sized {
    const { values, norms } = sized;
    if (this.examples === 0) {
      this.sum = new Float64Array(values.length);
      this.directions = new Float64Array(values.length);
    }
    this.examples++;
    this.squares += norms.l2 ** 2;
    const scale = norms.l2 > 0 ? 1 / norms.l2 : 0;
    for (let i = 0; i < values.length; i++) {
      this.sum[i] += values[i];
      this.directions[i] += values[i] * scale;
    }
    return sized;
  }

  defined(subset: SubsetName, definitions: number): void {
    this.of(subset).definitions += definitions;
  }

  /** A definition and one of its questions. A gradient of 0 has no direction: its cosine is 0. */
  pair(subset: SubsetName, definition: Sized, question: Sized): void {
    const sums = this.of(subset);
    const { product, distance } = compare(definition.values, question.values);
    const sizes = definition.norms.l2 * question.norms.l2;
    sums.pairs++;
    sums.cosine += sizes > 0 ? product / sizes : 0;
    sums.distance += distance;
    sums.definition = plus(sums.definition, definition.norms);
    sums.question = plus(sums.question, question.norms);
  }

  result(): Omit<GradientPoint, 'at'> {
    const n = this.examples;
    let [squares, along] = [0, 0];
    for (let i = 0; i < this.sum.length; i++) {
      const mean = this.sum[i] / n;
      squares += mean * mean;
      along += mean * this.directions[i];
    }
    return {
      subsets: Object.fromEntries([...this.pairs].map(([subset, sums]) => [subset, meansOf(sums)])),
      examples: n,
      variance: Math.max(0, this.squares / n - squares),
      mean_cosine: squares > 0 ? along / n / Math.sqrt(squares) : 0,
    };
  }

  private of(subset: SubsetName): PairSums {
    const none = {
      definitions: 0,
      pairs: 0,
      cosine: 0,
      distance: 0,
      definition: NO_NORMS,
      question: NO_NORMS,
    };
    const known = this.pairs.get(subset) ?? none;
    this.pairs.set(subset, known);
    return known;
  }
}

function plus(a: GradientNorms, b: GradientNorms): GradientNorms {
  return { l1: a.l1 + b.l1, l2: a.l2 + b.l2, linf: a.linf + b.linf };
}

function meansOf({ definitions, pairs, ...sums }: PairSums): SubsetGradients {
  const mean = ({ l1, l2, linf }: GradientNorms) => ({ l1: l1 / pairs, l2: l2 / pairs, linf: linf / pairs });
  return {
    ...{ definitions, pairs, cosine: sums.cosine / pairs, distance: sums.distance / pairs },
    ...{ definition: mean(sums.definition), question: mean(sums.question) },
  };
}
