/**
 * The API between the window and its host, typed once. A method is a request with one validated argument
 * object and a reply; an event is a push. Each transport is one small adapter over these types:
 *
 * - in process: `createService(…)` in `src/main/api/service.ts` is an `Api`;
 * - HTTP + WebSocket (`credence serve`): `POST /api/<method>` with the arguments as JSON answers an
 *   `Envelope` (status 200, or 4xx/5xx with `ok: false`); `GET /api/events` upgrades to a WebSocket that sends
 *   `Push` messages, beginning with the `queue` as it is. The cookie set by the printed URL signs both;
 * - Electron: `window.credence` is a `Bridge`, made by `src/preload/index.ts`.
 */
import type { z } from 'zod';
import { analysisArguments, type AnalysisReplies } from './api/analysis.ts';
import { designArguments, type DesignReplies } from './api/design.ts';
import { experimentArguments, type ExperimentReplies } from './api/experiments.ts';
import { runArguments, type RunEvents, type RunReplies } from './api/runs.ts';
import { systemArguments, type SystemEvents, type SystemReplies } from './api/system.ts';
import type { FieldError } from './errors.ts';

type Replies = ExperimentReplies & RunReplies & AnalysisReplies & DesignReplies & SystemReplies;

/** The schema of every method's argument object; a method that is not listed does not compile. */
export const ARGUMENTS = {
  ...experimentArguments,
  ...runArguments,
  ...analysisArguments,
  ...designArguments,
  ...systemArguments,
} satisfies Record<keyof Replies, z.ZodType>;

export type Method = keyof Replies;

/** What a caller passes: fields with a default may be left out. */
export type Arguments<M extends Method> = z.input<(typeof ARGUMENTS)[M]>;

export type Reply<M extends Method> = Replies[M];

/** Request → reply, with arguments as they are after validation. */
export type Handlers = {
  [M in Method]: (args: z.output<(typeof ARGUMENTS)[M]>) => Reply<M> | Promise<Reply<M>>;
};

/** Pushes by name. */
export type Events = RunEvents & SystemEvents;

export type EventName = keyof Events;

/** Any event as it travels. */
export type Push = { [E in EventName]: { event: E; payload: Events[E] } }[EventName];

/** A reply as it travels; `value` is left out for replies without one. */
export type Envelope<T = unknown> = { ok: true; value: T } | { ok: false; error: FieldError };

/** The API as its callers see it, whatever carries it. */
export interface Api {
  /** @throws ApiError */
  call<M extends Method>(method: M, args: Arguments<M>): Promise<Reply<M>>;
  /** @returns a function that ends the subscription */
  subscribe(listener: (push: Push) => void): () => void;
}

/** What the preload script exposes as `window.credence`. */
export interface Bridge {
  call(method: string, args: unknown): Promise<Envelope>;
  subscribe(listener: (push: Push) => void): () => void;
}

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

/** Whether a text names a method. */
export function isMethod(text: string): text is Method {
  return Object.hasOwn(ARGUMENTS, text);
}
