/** What stands for "not known" in tables: what is certain, and what is only likely. */

/**
 * Written by programs where a value is missing (pandas, R, SQL dumps, spreadsheets), and never an answer, but for
 * `NA`, which is Namibia's code: taken for "not known" unless `dataset.missing` says otherwise.
 */
export const CERTAIN_MARKERS: readonly string[] = [
  ...['nan', 'NaN', 'NAN', 'NA', 'N/A', 'n/a', 'null', 'NULL'],
  ...['-nan', '-NaN', '<NA>', '<NULL>', '(null)', 'NaT', '#NA', '#N/A', '#N/A N/A', '\\N'],
  ...['#NULL!', '#DIV/0!', '#VALUE!', '#REF!', '#NAME?', '#NUM!'],
];

/** In lower case: words that stand for "not known" in one table and are an answer in another. */
const LIKELY_WORDS = new Set(
  (
    'none,nil,na,nan,null,n.a.,n.a,n/a.,n/k,n.k.,n.d.,s.d.,not known,not available,not applicable,unavailable,unknown,' +
    'unk,[unknown],(unknown),<unknown>,undefined,undetermined,unspecified,not specified,missing,<missing>,(missing),' +
    'blank,(blank),<blank>,empty,<empty>,(none),<none>,[none],no data,no value,tbd,tba,nd,-99,-999,-9999,-99999,0000-00-00,#'
  ).split(','),
);
/** Dashes, dots, question marks, stars and slashes alone. */
const LIKELY_SIGNS = /^(?:[-\u2010-\u2015\u2212]+|\.+|…|\?+|\*+|_+|\/+|\\+n?|#+)$/iu;

/** Whether a cell often stands for "not known" without being certain to. */
export function isLikelyMarker(text: string): boolean {
  return LIKELY_SIGNS.test(text) || LIKELY_WORDS.has(text.toLowerCase());
}
