/**
 * Texts of unknown origin (names in a table, in a config, in an old history) made harmless to look at: nothing in
 * them moves a cursor, changes a colour, reverses a line or hides.
 */

/**
 * Control characters, line separators, marks that order letters from right to left, and characters of no width.
 * Joiners (U+200C, U+200D) are left alone: scripts and emoji need them.
 */
const HARMFUL =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;
const HARMFUL_IN_LINES = new RegExp(
  HARMFUL.source.replace(String.raw`\u0000-\u001f`, String.raw`\u0000-\u0008\u000b-\u001f`),
  'g',
);

/** One line that shows every character that would act or hide: `␛[31m`, `␍`, `<U+202E>`. */
export function visible(text: string): string {
  return text.replace(HARMFUL, shown);
}

/** As `visible`, but line breaks and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(HARMFUL_IN_LINES, shown);
}

function shown(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** A value as JSON that is as harmless to look at: the same value is read back. */
export function plainJson(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2).replace(HARMFUL_IN_LINES, escaped);
}

/** A text as a cell of a table for other programs: harmless, and no formula to a spreadsheet. */
export function safeCell(text: string): string {
  const plain = visible(text);
  return FORMULA.test(plain) ? `'${plain}` : plain;
}

const FORMULA = /^\s*[=+\-@]/;

/** The text that `safeCell` made a cell of. */
export function textOfCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}

/** Words in as few lines as hold them; one that does not fit is a line by itself. */
export function inLines(words: readonly string[], fits: (line: string) => boolean): string[] {
  return words.reduce<string[]>((lines, word) => {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    return lines.length > 0 && fits(longer) ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
}
