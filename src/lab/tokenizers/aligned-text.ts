/**
 * Text that remembers where it came from: normalisation changes a text, and a token of the changed text must
 * still say which characters of the first one it stands for. Positions count UTF-16 units, as JavaScript does.
 */

export interface AlignedText {
  readonly text: string;
  /** Where the source of each unit of the text begins, and where it ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Replaces units `from` … `to - 1` of a text. */
export interface Edit {
  from: number;
  to: number;
  text: string;
}

export interface Span {
  start: number;
  end: number;
}

/** A text before any change; its first unit stands at `offset` of the source. The two units of a character are one. */
export function unchanged(text: string, offset = 0): AlignedText {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < text.length;) {
    const length = (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
    for (let unit = 0; unit < length; unit++) {
      starts.push(offset + i);
      ends.push(offset + i + length);
    }
    i += length;
  }
  return { text, starts, ends };
}

/** Units `from` … `to - 1`. */
export function sliceOf({ text, starts, ends }: AlignedText, from: number, to = text.length): AlignedText {
  return { text: text.slice(from, to), starts: starts.slice(from, to), ends: ends.slice(from, to) };
}

/** The source of units `from` … `to - 1`. What stands for none, such as a prefix, belongs to the character after it. */
export function sourceOf({ starts, ends }: AlignedText, from: number, to: number): Span {
  const last = ends.at(-1) ?? 0;
  return { start: starts[from] ?? last, end: ends[Math.max(from, to - 1)] ?? last };
}

/** A text after edits, in order and without overlap: all that stands in for a range has the source of the range. */
export function edited(aligned: AlignedText, edits: Iterable<Edit>): AlignedText {
  const parts: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let done = 0;
  const keepUntil = (to: number) => {
    parts.push(aligned.text.slice(done, to));
    for (; done < to; done++) {
      starts.push(aligned.starts[done]);
      ends.push(aligned.ends[done]);
    }
  };
  for (const { from, to, text } of edits) {
    keepUntil(from);
    const { start, end } = sourceOf(aligned, from, to);
    parts.push(text);
    for (let i = 0; i < text.length; i++) {
      starts.push(start);
      ends.push(end);
    }
    done = to;
  }
  keepUntil(aligned.text.length);
  return { text: parts.join(''), starts, ends };
}
