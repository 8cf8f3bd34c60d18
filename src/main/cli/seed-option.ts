/** `--seed`: one seed. */
import { UserError } from '#shared/errors.ts';
import { parseSeeds } from '#shared/resolve-config.ts';

/** @throws UserError with `code` for anything but one whole number */
export function parseSeed(text: string, code: string): number {
  if (/^\d+$/.test(text)) return parseSeeds(`${text}..${text}`)[0];
  throw new UserError(code, `--seed: "${text}" is not a whole number; give one seed such as 3`);
}
