/** The items with the highest scores of a stream, in memory proportional to how many are wanted. */
export class TopItems<T> {
  /** Items seen that are not among those kept. */
  passedOver = 0;
  /** One of them. */
  example: T | null = null;
  private readonly limit: number;
  private kept: { score: number; order: number; item: T }[] = [];
  private order = 0;
  /** Scores up to this cannot get in any more. */
  private floor = -Infinity;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** @param make makes the item, where its score lets it in for now */
  add(score: number, make: () => T): void {
    const order = this.order++;
    if (score <= this.floor) {
      this.passedOver++;
      return;
    }
    this.kept.push({ score, order, item: make() });
    if (this.kept.length >= 2 * this.limit + 1000) this.prune();
  }

  /** The items, the highest score first, the earlier of equals first. */
  finish(): T[] {
    this.prune();
    return this.kept.map(({ item }) => item);
  }

  private prune(): void {
    this.kept.sort((a, b) => b.score - a.score || a.order - b.order);
    if (this.kept.length <= this.limit) return;
    this.example ??= this.kept[this.limit].item;
    this.passedOver += this.kept.length - this.limit;
    this.kept.length = this.limit;
    this.floor = this.kept[this.limit - 1].score;
  }
}
