/** `--seed`: one seed. */
import { UserError } from '#shared/errors.ts';
import { parseSeeds, readWhole } from '#shared/resolve-config.ts';

/** @throws UserError with `code` for anything but one whole number */
export function parseSeed(text: string, code: string): number {
  const seed = readWhole(text);
  if (seed !== null) return parseSeeds([seed], '--seed')[0];
  throw new UserError(code, `--seed: "${text}" is not a whole number; give one seed such as 3`);
}
