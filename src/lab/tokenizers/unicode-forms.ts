/**
 * Unicode's normal forms, as Python's `tokenizers` has them: its tables are of 2018 and know nothing of younger
 * characters, which stay as they are and keep their place.
 */

export const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;
export type Form = (typeof FORMS)[number];

/** Found by comparing all characters (tokenizers 0.23.3 with Unicode 17): those that normalise, or move among marks. */
const YOUNGER = new RegExp(
  `([${[
    String.raw`\u07fd\u0897-\u089f\u08ca-\u08d3\u09fe\u0c3c\u0d3b-\u0d3c\u0eba\u1715\u1abf-\u1add\u1ae0-\u1aeb`,
    String.raw`\u1df6-\u1dfa\u32ff\ua7f1-\ua7f4\ua82c\uab69\u{105c9}\u{105e4}\u{10781}-\u{10785}\u{10787}-\u{107b0}`,
    String.raw`\u{107b2}-\u{107ba}\u{10d24}-\u{10d27}\u{10d69}-\u{10d6d}\u{10eab}-\u{10eac}\u{10efa}-\u{10efb}`,
    String.raw`\u{10efd}-\u{10eff}\u{10f46}-\u{10f50}\u{10f82}-\u{10f85}\u{11070}\u{1133b}\u{11383}\u{11385}`,
    String.raw`\u{1138e}\u{11391}\u{113c5}\u{113c7}-\u{113c8}\u{113ce}-\u{113d0}\u{1145e}\u{11839}-\u{1183a}`,
    String.raw`\u{11938}\u{1193d}-\u{1193e}\u{11943}\u{119e0}\u{11a34}\u{11a47}\u{11a99}\u{11d42}`,
    String.raw`\u{11d44}-\u{11d45}\u{11d97}\u{11f41}-\u{11f42}\u{16121}-\u{16128}\u{1612f}\u{16d68}-\u{16d6a}`,
    String.raw`\u{16ff0}-\u{16ff1}\u{1ccd6}-\u{1ccf9}\u{1e030}-\u{1e06d}\u{1e08f}\u{1e130}-\u{1e136}\u{1e2ae}`,
    String.raw`\u{1e2ec}-\u{1e2ef}\u{1e4ec}-\u{1e4ef}\u{1e5ee}-\u{1e5ef}\u{1e6e3}\u{1e6e6}\u{1e6ee}-\u{1e6ef}`,
    String.raw`\u{1e6f5}\u{1f16c}\u{1fbf0}-\u{1fbf9}`,
  ].join('')}])`,
  'u',
);

/** A text in a normal form. */
export function normalForm(text: string, form: Form): string {
  if (!YOUNGER.test(text)) return text.normalize(form);
  // Every second piece is one of them.
  return text
    .split(YOUNGER)
    .map((piece, i) => (i % 2 === 0 ? piece.normalize(form) : piece))
    .join('');
}
