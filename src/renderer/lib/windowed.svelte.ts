/** Which rows of a long list are in sight, so that only those are drawn: a thousand cost as little as twenty. */

/** Rows drawn beyond either edge, so that arrow keys and Tab always find a neighbour. */
const BEYOND = 6;
/** Rows drawn before the size of the list is known. */
const AT_FIRST = 40;

export class Windowed {
  #count: () => number;
  #row: number;
  #top = $state(0);
  #height = $state(0);

  /** @param row height of every row in pixels */
  constructor(count: () => number, row: number) {
    this.#count = count;
    this.#row = row;
  }

  /** First row drawn. */
  get from(): number {
    return Math.max(0, Math.min(this.#count() - AT_FIRST, Math.floor(this.#top / this.#row) - BEYOND));
  }

  /** One after the last row drawn. */
  get to(): number {
    if (this.#height === 0) return this.from + AT_FIRST;
    return Math.min(this.#count(), Math.ceil((this.#top + this.#height) / this.#row) + BEYOND);
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
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(scroller);
    scroller.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      scroller.removeEventListener('scroll', look);
    };
  };
}
