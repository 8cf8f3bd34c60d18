/** Cuts the bytes of one huge JSON array into smaller arrays of whole items. */

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const OPENING = Buffer.from('[');
const CLOSING = Buffer.from(']');
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Only strings and brackets are followed: what is between two cuts is for `JSON.parse` to judge. UTF-8 may be split
 * anywhere, since no byte of a longer character looks like one of ASCII.
 */
export class ArrayCutter {
  /** Whether the array has been closed. */
  ended = false;
  /** What stands before or after the array and does not belong there. */
  foreign: string | null = null;
  /** Bytes that wait for the end of their item. */
  waiting = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Whether a comma came before what waits, so that an item must follow. */
  private owed = false;
  private pending: Buffer[] = [];
  private first = true;

  /** @returns the items that are whole now, as the text of an array; null where there is none yet */
  add(chunk: Buffer): string | null {
    const start = this.enter(chunk);
    if (start === null) return null;
    const cut = this.ended ? -1 : this.scan(chunk, start);
    if (this.ended) return this.finish(chunk, start, cut);
    if (cut < 0) {
      this.keep(chunk.subarray(start));
      return null;
    }
    const batch = this.batch(chunk.subarray(start, cut), true);
    this.owed = true;
    this.keep(chunk.subarray(cut + 1));
    return batch;
  }

  /** Finds the opening bracket. @returns where the items of this chunk begin; null where nothing does */
  private enter(chunk: Buffer): number | null {
    if (this.depth > 0 || this.ended) return 0;
    let at = this.first && chunk.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
    this.first = false;
    while (at < chunk.length && isSpace(chunk[at])) at++;
    if (at === chunk.length) return null;
    if (chunk[at] !== OPEN_ARRAY) {
      this.foreign = chunk.toString('utf8', at, at + 4)[0];
      return null;
    }
    this.depth = 1;
    return at + 1;
  }

  /** @returns the last comma between items, or the closing bracket of the array; -1 for neither */
  private scan(chunk: Buffer, start: number): number {
    let { depth, inString, escaped } = this;
    let cut = -1;
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (--depth > 0) continue;
        this.ended = true;
        if (byte === CLOSE_OBJECT) this.foreign = '}';
        cut = at;
        break;
      } else if (byte === COMMA && depth === 1) cut = at;
    }
    [this.depth, this.inString, this.escaped] = [depth, inString, escaped];
    return cut;
  }

  /** @param cut the closing bracket; -1 where it came in an earlier chunk */
  private finish(chunk: Buffer, start: number, cut: number): string | null {
    const after = chunk.subarray(cut + 1).find((byte) => !isSpace(byte));
    if (after !== undefined) this.foreign ??= String.fromCharCode(after);
    return cut < 0 ? null : this.batch(chunk.subarray(start, cut), this.owed);
  }

  /** @param owed whether there must be an item: a text without one is then left broken */
  private batch(part: Buffer, owed: boolean): string {
    const items = Buffer.concat([OPENING, ...this.pending, part, CLOSING]);
    this.pending = [];
    this.waiting = 0;
    const empty = owed && items.subarray(1, -1).every(isSpace);
    return empty ? '[,]' : items.toString('utf8');
  }

  private keep(rest: Buffer): void {
    if (rest.length === 0) return;
    this.pending.push(rest);
    this.waiting += rest.length;
  }
}
