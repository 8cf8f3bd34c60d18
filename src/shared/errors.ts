import { visible } from './plain-text.ts';

/**
 * Errors a user can act on. They cross processes as `{name, code, message}` and the command line prints
 * them as one line; anything else is a defect and keeps its stack.
 */
export class UserError extends Error {
  readonly code: string;
  override readonly name = 'UserError';

  /**
   * @param code stable machine-readable code, for example `config.unknown-key`
   * @param message one line naming the field, the value and the remedy
   */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An error as it crosses a process boundary. */
export interface WireError {
  name: string;
  code: string;
  message: string;
}

/** An error with the config field that it is about, where that is known. */
export interface FieldError extends WireError {
  /** For example `training.stage1.lr`. */
  field: string | null;
}

/** All that a config has at its top (`errors.test.ts` says so): the schema itself is too large to stand here. */
const SECTIONS =
  'task|name|dataset|tags|definitions|questions|subsets|model|pretrained|training|evaluation|analyses|seeds|seeds_stage2|engine|precision|sweep';
/** A message about a field begins with its path: `seeds: 0 holds no seed`, `model.n_heads is 3, which …`. */
const FIELD = new RegExp(String.raw`^((?:${SECTIONS})(?:\.[\w-]+)+(?=[: ])|(?:${SECTIONS})(?=:))`);
/** Codes whose messages begin with whatever path the user wrote. */
const ANY_FIELD = { codes: ['config.unknown-key', 'config.value'], path: /^([^\s:]+): / };

/** Turns anything thrown into a wire error with its field. */
export function toFieldError(error: unknown): FieldError {
  const wire = toWireError(error);
  const pattern = ANY_FIELD.codes.includes(wire.code) ? ANY_FIELD.path : FIELD;
  return { ...wire, field: pattern.exec(wire.message)?.[1] ?? null };
}

/** Turns anything thrown into its wire form; defects get the code `internal`. */
export function toWireError(error: unknown): WireError {
  if (error instanceof UserError) return { name: error.name, code: error.code, message: error.message };
  if (error instanceof Error) return { name: error.name, code: 'internal', message: error.message };
  return { name: 'Error', code: 'internal', message: String(error) };
}

/** Shortens a value for an error message, so that a message stays one readable line, and shows what is hidden in it. */
export function showValue(value: unknown, limit = 60): string {
  const text = visible(JSON.stringify(value) ?? String(value));
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
