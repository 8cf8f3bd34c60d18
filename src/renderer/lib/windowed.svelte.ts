/** Which rows of a long list are in sight, so that only those are drawn: a thousand cost as little as twenty. */

/** Rows drawn beyond either edge, so that arrow keys and Tab always find a neighbour. */
const BEYOND = 6;
export class Windowed {
  #count: () => number;
  #row: number;
  #top = $state(0);
  /** That of the window until it is known: the list never has more. */
  #height = $state(innerHeight);
  /** None before the first paint. */
  #beyond = $state(0);

  /** @param row height of every row in pixels */
  constructor(count: () => number, row: number) {
    this.#count = count;
    this.#row = row;
  }

  /** As many as fit, and one cut off. */
  get #inSight(): number {
    return Math.ceil(this.#height / this.#row) + 1;
  }

  /** First row drawn. */
  get from(): number {
    const last = this.#count() - this.#inSight;
    return Math.max(0, Math.min(last, Math.floor(this.#top / this.#row)) - this.#beyond);
  }

  /** One after the last row drawn. */
  get to(): number {
    return Math.min(this.#count(), this.from + this.#inSight + 2 * this.#beyond);
  }

  /** Pixels that stand for the rows left out above and below. */
  get before(): number {
    return this.from * this.#row;
  }

  get after(): number {
    return Math.max(0, this.#count() - this.to) * this.#row;
  }

  /** Follows whatever scrolls the list. */
  follow = (scroller: HTMLElement): (() => void) => {
    const look = () => {
      this.#top = scroller.scrollTop;
      this.#height = scroller.clientHeight;
      this.#beyond = BEYOND;
    };
    // Not within the frame that is being laid out: it would be laid out twice.
    const sizes = new ResizeObserver(() => requestAnimationFrame(look));
    sizes.observe(scroller);
    scroller.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      scroller.removeEventListener('scroll', look);
    };
  };
}
