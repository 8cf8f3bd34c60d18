/** Long lists of numbers that grow without being copied: an import may hold millions. */

const BITS = 14;
const MASK = (1 << BITS) - 1;

type Kind = typeof Float64Array | typeof Uint32Array;

export class Numbers {
  length = 0;
  private readonly chunks: (Float64Array | Uint32Array)[] = [];
  private readonly kind: Kind;

  /** @param kind Float64Array, in which what was left out is NaN; or Uint32Array, in which it is 0 */
  constructor(kind: Kind = Float64Array) {
    this.kind = kind;
  }

  push(value: number): void {
    this.set(this.length, value);
  }

  /** @param index may lie beyond the end: what is between is left out */
  set(index: number, value: number): void {
    while (this.chunks.length <= index >> BITS) {
      const chunk = new this.kind(MASK + 1);
      this.chunks.push(this.kind === Float64Array ? chunk.fill(NaN) : chunk);
    }
    this.chunks[index >> BITS][index & MASK] = value;
    this.length = Math.max(this.length, index + 1);
  }

  /** NaN (or 0) where nothing was put. */
  get(index: number): number {
    return this.chunks[index >> BITS]?.[index & MASK] ?? (this.kind === Float64Array ? NaN : 0);
  }
}
