/** The API over Electron's IPC: one request channel, one push channel, for our own page only. */
import { ApiError, type Envelope, type Push } from '#shared/contract.ts';
import { toFieldError, UserError } from '#shared/errors.ts';
import type { Service } from '../api/service.ts';
import { isTrusted, type FrameLike } from './origin.ts';

/** A page that listens (a part of Electron's `WebContents`). */
export interface Listener {
  send(channel: string, push: Push): void;
  once(event: 'destroyed', gone: () => void): unknown;
}

interface Sent {
  readonly senderFrame: FrameLike | null;
  readonly sender: Listener;
}

/** What is used of Electron's `ipcMain`. */
export interface IpcPort {
  handle(channel: string, answer: (event: Sent, ...args: unknown[]) => Promise<Envelope>): void;
  on(channel: string, receive: (event: Sent) => void): unknown;
}

/**
 * Answers the windows' requests and pushes events to those that listen.
 * @param listening told of each window that begins to
 */
export function connect(
  service: Service,
  port: IpcPort,
  listening: (listener: Listener) => void = () => {},
): void {
  const listeners = new Set<Listener>();
  port.handle('credence:call', async ({ senderFrame }, method, args) => {
    if (!isTrusted(senderFrame)) throw new Error('this page may not call Credence');
    return await envelope(service, method, args);
  });
  port.on('credence:listen', ({ sender, senderFrame }) => {
    if (!isTrusted(senderFrame)) return;
    sender.send('credence:push', service.greeting());
    // A page that reloads asks again; it is still told everything once.
    if (listeners.has(sender)) return;
    listeners.add(sender);
    sender.once('destroyed', () => listeners.delete(sender));
    listening(sender);
  });
  service.subscribe((push) => {
    for (const listener of listeners) listener.send('credence:push', push);
  });
}

async function envelope(service: Service, method: unknown, args: unknown): Promise<Envelope> {
  try {
    if (typeof method !== 'string') throw new UserError('api.method', 'method: give its name as a text');
    return { ok: true, value: await service.answer(method, args) };
  } catch (error) {
    if (!(error instanceof ApiError)) return { ok: false, error: toFieldError(error) };
    const { name, code, message, field } = error;
    return { ok: false, error: { name, code, message, field } };
  }
}
