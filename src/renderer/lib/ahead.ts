/** Replies that are on their way before whoever shows them has been loaded. */
import type { Arguments, Method, Reply } from '#shared/contract.ts';
import { call, on } from './api.ts';

const asked = new Map<string, Promise<unknown>>();

const keyOf = (method: Method, args: object) => `${method} ${JSON.stringify(args)}`;

// A reply of before a change is none that anybody should see.
for (const event of ['run', 'evaluation', 'history'] as const) on(event, () => asked.clear());

/** Asks now for what {@link callAhead} takes. */
export function askAhead<M extends Method>(method: M, args: Arguments<M>): void {
  const reply = call(method, args);
  // Whoever takes it tells why it failed.
  reply.catch(() => undefined);
  asked.set(keyOf(method, args), reply);
}

/** The reply that was asked for ahead, once; else asks now. @throws ApiError */
export function callAhead<M extends Method>(method: M, args: Arguments<M>): Promise<Reply<M>> {
  const key = keyOf(method, args);
  const reply = asked.get(key) as Promise<Reply<M>> | undefined;
  asked.delete(key);
  return reply ?? call(method, args);
}
