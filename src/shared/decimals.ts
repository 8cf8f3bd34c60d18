/** Numbers with a fixed number of decimals, written the same way everywhere. */

/** Digits that a double holds with certainty after some arithmetic: what lies beyond is no measurement. */
const CERTAIN = 12;

/** `1.24`, `−0.30`: with a true minus sign, and none before a number that is 0 as it is written. */
export function decimals(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  return value < 0 && Number(size) !== 0 ? `−${size}` : size;
}

/** The same with a plus sign above 0: `+1.24`, `−0.30`, `0.00`. */
export function signedDecimals(value: number, digits: number): string {
  const text = decimals(value, digits);
  return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`;
}

/**
 * A share in per cent, without the sign: `0.2875` → `28.8`. Halves go away from 0, also where a double stands a little
 * below them, as 23 of 80 does: one share is the same figure wherever it stands.
 */
export function perCent(share: number, digits = 1): string {
  const scale = 10 ** digits;
  const whole = Math.round(Number((Math.abs(share) * 100 * scale).toPrecision(CERTAIN)));
  return decimals((Math.sign(share) * whole) / scale, digits);
}

/** `28.8 %` */
export function percentText(share: number, digits = 1): string {
  return `${perCent(share, digits)} %`;
}

/** The same without zeros behind the point: `25 %`, `12.5 %`. */
export function shortPercentText(share: number, digits = 1): string {
  return `${Number(perCent(Math.abs(share), digits)) * Math.sign(share)} %`.replace(/^-/, '−');
}

/** So many digits that count, with a true minus sign: `0.0123`, `−4.5`. */
export function digitsText(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits))).replace(/^-/, '−');
}
