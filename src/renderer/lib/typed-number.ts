/** Numbers as people type them. */

/**
 * A number with a point or a comma before its decimals (`12.5`, `12,5`, `1e-3`); null for anything else. So is
 * `1,000`: it may be a thousand or one.
 */
export function readTypedNumber(text: string): number | null {
  const plain = text.trim();
  const thousands = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/.test(plain);
  const pointed = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i.test(plain) && !thousands ? plain.replace(',', '.') : plain;
  const number = Number(pointed);
  return pointed !== '' && Number.isFinite(number) && /^[+-]?[\d.]/.test(pointed) ? number : null;
}

/** Bounds of a number, both included. */
export interface Bounds {
  min: number;
  max: number;
  whole?: boolean;
}

/** The number that was typed, or what is wrong with it in words. */
export function judgeTyped(text: string, { min, max, whole = false }: Bounds): number | string {
  const number = readTypedNumber(text);
  if (number === null)
    return /^[+-]?\d{1,3}(?:,\d{3})+$/.test(text.trim())
      ? `“${text.trim()}” may be ${text.trim().replaceAll(',', '')} or ${text.trim().replace(',', '.')}; leave the comma out, or write a point`
      : `“${text.trim()}” is not a number`;
  if (whole && !Number.isInteger(number)) return `${number} is not a whole number`;
  return number < min || number > max ? `${number} is not from ${min} to ${max}` : number;
}
