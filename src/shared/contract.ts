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
import { answerArguments, type AnswerReplies } from './api/answers.ts';
import { analysisArguments, type AnalysisReplies } from './api/analysis.ts';
import { analysesArguments, type AnalysesEvents, type AnalysesReplies } from './api/analyses.ts';
import { bundleArguments, type BundleReplies } from './api/bundles.ts';
import { designArguments, type DesignReplies } from './api/design.ts';
import { experimentArguments, type ExperimentReplies } from './api/experiments.ts';
import { exampleArguments, type ExampleReplies } from './api/examples.ts';
import { importArguments, type ImportReplies } from './api/imports.ts';
import { modelArguments, type ModelReplies } from './api/models.ts';
import { registrationArguments, type RegistrationReplies } from './api/registrations.ts';
import { releaseArguments, type ReleaseEvents, type ReleaseReplies } from './api/releases.ts';
import { runArguments, type RunEvents, type RunReplies } from './api/runs.ts';
import { slurmArguments, type SlurmEvents, type SlurmReplies } from './api/slurm.ts';
import { sweepArguments, type SweepReplies } from './api/sweeps.ts';
import { tableArguments, type TableReplies } from './api/table.ts';
import { figureArguments, type FigureReplies } from './api/figures.ts';
import { systemArguments, type SystemEvents, type SystemReplies } from './api/system.ts';
import type { Envelope } from './envelope.ts';

export { ApiError, type Envelope } from './envelope.ts';

type Replies = ExperimentReplies &
  SweepReplies &
  RunReplies &
  AnalysisReplies &
  AnswerReplies &
  AnalysesReplies &
  BundleReplies &
  DesignReplies &
  ExampleReplies &
  ImportReplies &
  ModelReplies &
  RegistrationReplies &
  ReleaseReplies &
  SlurmReplies &
  SystemReplies &
  FigureReplies &
  TableReplies;

/** The schema of every method's argument object; a method that is not listed does not compile. */
export const ARGUMENTS = {
  ...experimentArguments,
  ...sweepArguments,
  ...runArguments,
  ...analysisArguments,
  ...answerArguments,
  ...analysesArguments,
  ...bundleArguments,
  ...designArguments,
  ...exampleArguments,
  ...importArguments,
  ...modelArguments,
  ...registrationArguments,
  ...releaseArguments,
  ...slurmArguments,
  ...systemArguments,
  ...figureArguments,
  ...tableArguments,
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
export type Events = RunEvents & AnalysesEvents & ReleaseEvents & SlurmEvents & SystemEvents;

export type EventName = keyof Events;

/** Any event as it travels. */
export type Push = { [E in EventName]: { event: E; payload: Events[E] } }[EventName];

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

/** Whether a text names a method. */
export function isMethod(text: string): text is Method {
  return Object.hasOwn(ARGUMENTS, text);
}
