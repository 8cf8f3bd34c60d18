/** Years as CVDB and T-REx questions answer them: coarsened, so that they can be learnt. */

/**
 * `19 century` up to 1900 (with ` BC` before the year 0), `1940s` up to 1999, the year itself from 2000 on
 * (authors' `convert_year`).
 */
export function coarseYear(year: number): string {
  if (year <= 1900) return `${Math.floor((Math.abs(year) + 99) / 100)} century${year < 0 ? ' BC' : ''}`;
  return year < 2000 ? `${Math.floor(year / 10)}0s` : String(year);
}
