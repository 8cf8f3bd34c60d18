/** Telling the authors' config files from ours. */
import { isMapping } from '#shared/config-path.ts';
import { UserError } from '#shared/errors.ts';
import { PARTS, STAGE_PARTS } from './keys.ts';

const THEIRS = [...Object.keys(PARTS), ...STAGE_PARTS];

/** `experiment`: a text or numeric experiment; `toy`: their toy regression; `search`: settings for wandb alone. */
export type AuthorsKind = 'experiment' | 'toy' | 'search';

/** Which kind of the authors' files a parsed YAML is; null for anything else. */
export function authorsKind(raw: unknown): AuthorsKind | null {
  if (!isMapping(raw)) return null;
  if ('toy_example_arguments' in raw) return 'toy';
  if (THEIRS.some((part) => part in raw)) return 'experiment';
  return isMapping(raw['parameters']) && 'method' in raw && 'metric' in raw ? 'search' : null;
}

/** @throws UserError `config.authors` if a config that is to be one of ours is one of the authors' */
export function refuseAuthorsConfig(raw: unknown, file: string): void {
  if (authorsKind(raw) === null) return;
  throw new UserError(
    'config.authors',
    `${file}: is a config of the paper's authors, not one of ours; turn it into one with "credence import ${file} --out ours.yaml"`,
  );
}
