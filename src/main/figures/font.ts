/** The one font of figures: Inter, whose files ship with Credence and go into every PDF. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import { notationParts, SHIFTED_SIZE } from '#shared/notation.ts';
import { inLines } from '#shared/plain-text.ts';

const files = createRequire(import.meta.url);

/** Of a figure's SVG: where Inter is not installed, a reader takes what is like it. */
export const FAMILY = 'Inter, Helvetica, Arial, sans-serif';

export type Weight = 'regular' | 'bold';

const NAMES: Record<Weight, string> = {
  regular: '400Regular/Inter_400Regular',
  bold: '600SemiBold/Inter_600SemiBold',
};

/**
 * How text is set. Without kerning: fontkit's depends on what stands elsewhere in the line and pushes a 7 over its
 * point, and widths would not be what is drawn. Accents keep their places, which is another feature.
 */
export const FEATURES = { kern: false, calt: false } as const;

const bytes = new Map<Weight, Buffer>();
const fonts = new Map<Weight, Font>();

/** The TrueType file of a weight. */
export function fontBytes(weight: Weight): Buffer {
  const known =
    bytes.get(weight) ?? readFileSync(files.resolve(`@expo-google-fonts/inter/${NAMES[weight]}.ttf`));
  bytes.set(weight, known);
  return known;
}

function fontOf(weight: Weight): Font {
  const known = fonts.get(weight) ?? (create(fontBytes(weight)) as Font);
  fonts.set(weight, known);
  return known;
}

/** Width of a line of text in points, sub- and superscripts as they are set. */
export function widthOf(text: string, size: number, weight: Weight = 'regular'): number {
  const font = fontOf(weight);
  return notationParts(text).reduce((sum, part) => {
    const drawn = part.shift === 'none' ? size : size * SHIFTED_SIZE;
    return sum + (font.layout(part.text, FEATURES as never).advanceWidth / font.unitsPerEm) * drawn;
  }, 0);
}

/** As much of a text as fits, with an ellipsis where something is left out. */
export function fitted(text: string, size: number, room: number, weight: Weight = 'regular'): string {
  if (widthOf(text, size, weight) <= room) return text;
  const letters = [...text];
  while (letters.length > 1 && widthOf(`${letters.join('')}…`, size, weight) > room) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** A text in lines that fit, broken at spaces; a word that is longer is broken, too: its end may tell it from others. */
export function wrapped(text: string, size: number, room: number, weight: Weight = 'regular'): string[] {
  const fits = (line: string) => widthOf(line, size, weight) <= room;
  return inLines(
    text.split(' ').flatMap((word) => (fits(word) ? [word] : pieces(word, fits))),
    fits,
  );
}

/** A word in pieces that fit; one letter at least, however small the room. */
function pieces(word: string, fits: (piece: string) => boolean): string[] {
  return [...word].reduce<string[]>((pieces, letter) => {
    const longer = (pieces.at(-1) ?? '') + letter;
    return pieces.length === 0 || fits(longer) ? [...pieces.slice(0, -1), longer] : [...pieces, letter];
  }, []);
}

/** Characters that the font has no glyph for: they are printed as boxes. */
export function lacking(texts: Iterable<string>): string[] {
  const font = fontOf('regular');
  const used = new Set([...texts].flatMap((text) => notationParts(text).flatMap((part) => [...part.text])));
  return [...used].filter((letter) => !font.hasGlyphForCodePoint(letter.codePointAt(0)!));
}
