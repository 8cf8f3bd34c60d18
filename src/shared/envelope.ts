/** How a reply or an error travels; apart from the contract, so that the window loads no schema to read one. */
import type { FieldError } from './errors.ts';

/** A reply as it travels; `value` is left out for replies without one. */
export type Envelope<T = unknown> = { ok: true; value: T } | { ok: false; error: FieldError };

/** An error that crossed the API. */
export class ApiError extends Error {
  readonly code: string;
  /** The config field concerned, for example `training.stage1.lr`. */
  readonly field: string | null;

  constructor({ name, code, message, field }: FieldError) {
    super(message);
    this.name = name;
    this.code = code;
    this.field = field;
  }
}

/** The value of an envelope. @throws ApiError */
export function unwrapEnvelope<T>(envelope: Envelope<T>): T {
  if (envelope.ok) return envelope.value;
  throw new ApiError(envelope.error);
}
