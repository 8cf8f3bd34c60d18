/** Whether pushes arrive; what was missed while they did not is fetched again. */

class Connection {
  live = $state(true);
  #opens = 0;
  #again = new Set<() => void>();

  opened(): void {
    this.live = true;
    if (this.#opens++ > 0) for (const refresh of this.#again) refresh();
  }

  lost(): void {
    this.live = false;
  }

  /** Calls back whenever the connection is there again. @returns a function that ends it */
  onReturn(refresh: () => void): () => void {
    this.#again.add(refresh);
    return () => this.#again.delete(refresh);
  }
}

export const connection = new Connection();
