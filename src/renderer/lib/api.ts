/** The typed API over whatever carries it: Electron's bridge, or HTTP and a WebSocket under `credence serve`. */
import { ApiError, unwrapEnvelope } from '#shared/envelope.ts';
import type {
  Arguments,
  Bridge,
  Envelope,
  EventName,
  Events,
  Method,
  Push,
  Reply,
} from '#shared/contract.ts';
import { webBridge } from './web-bridge.ts';

declare global {
  interface Window {
    credence?: Bridge;
  }
}

const bridge: Bridge = window.credence ?? webBridge();

/** @throws ApiError */
export async function call<M extends Method>(method: M, args: Arguments<M>): Promise<Reply<M>> {
  // Proxies of Svelte's state do not cross Electron's bridge.
  const envelope = await bridge.call(method, JSON.parse(JSON.stringify(args)));
  return unwrapEnvelope(envelope as Envelope<Reply<M>>);
}

type Listener<E extends EventName> = (payload: Events[E]) => void;
type Listeners = { [E in EventName]: Set<Listener<E>> };

const listeners: Listeners = {
  release: new Set(),
  jobs: new Set(),
  run: new Set(),
  progress: new Set(),
  evaluation: new Set(),
  stage: new Set(),
  log: new Set(),
  queue: new Set(),
  analysis: new Set(),
  history: new Set(),
  settings: new Set(),
  open: new Set(),
  task: new Set(),
  warning: new Set(),
};

bridge.subscribe(({ event, payload }: Push) => {
  for (const listener of listeners[event]) (listener as (payload: unknown) => void)(payload);
});

/** @returns a function that ends the subscription */
export function on<E extends EventName>(event: E, listener: Listener<E>): () => void {
  const group: Set<Listener<E>> = listeners[event];
  group.add(listener);
  return () => group.delete(listener);
}

/** What a person should read of anything thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError || error instanceof Error) return error.message;
  return String(error);
}
