/** What the figures have in common. */
export const FONT = 'Helvetica, Arial, sans-serif';
export const INK = '#1c1e21';
export const MUTED = '#5c626b';
export const RULE = '#dfe2e6';
/** Okabe and Ito: told apart with any colour vision. */
export const COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#000000',
  '#999999',
];

/** A coordinate with as many digits as anyone can see. */
export function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}
