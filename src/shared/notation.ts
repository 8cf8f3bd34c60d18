/** The paper's notation, split so that sub- and superscripts can be set properly. */

/** A stretch of the paper's notation, on the line, above it or below it. */
export interface NotationPart {
  text: string;
  shift: 'none' | 'super' | 'sub';
}

/** Size of sub- and superscripts, and how far they are moved down, in units of the font size. */
export const SHIFTED_SIZE = 0.72;
export const SHIFTS: Record<NotationPart['shift'], number> = { none: 0, super: -0.36, sub: 0.22 };

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';
const SUPERSCRIPTS: Record<string, string> = { ᶜ: 'c', ᵒ: 'o', ⁿ: 'n', ˢ: 's', ⁱ: 'i' };

/**
 * Splits a subset's notation (`Ḋ₁ᶜᵒⁿˢ QA₁`) into parts of plain letters, so that it can be set with real
 * sub- and superscripts: few fonts have those letters.
 */
export function notationParts(notation: string): NotationPart[] {
  const parts: NotationPart[] = [];
  for (const character of notation) {
    const part = toPart(character);
    const last = parts.at(-1);
    if (last?.shift === part.shift) last.text += part.text;
    else parts.push(part);
  }
  return parts;
}

function toPart(character: string): NotationPart {
  const digit = SUBSCRIPTS.indexOf(character);
  if (digit >= 0) return { text: String(digit), shift: 'sub' };
  const letter = SUPERSCRIPTS[character];
  return letter ? { text: letter, shift: 'super' } : { text: character, shift: 'none' };
}
