/** The API over Electron's IPC: one request channel, one push channel, for our own page only. */
import { ipcMain, type WebContents } from 'electron';
import type { Envelope, Push } from '#shared/contract.ts';
import { toFieldError } from '#shared/errors.ts';
import { ApiError } from '#shared/contract.ts';
import type { Service } from '../api/service.ts';
import { isTrusted } from './security.ts';

/** Answers the windows' requests and pushes events to those that listen. */
export function connect(service: Service): void {
  const windows = new Set<WebContents>();
  ipcMain.handle('credence:call', async ({ senderFrame }, method: unknown, args: unknown) => {
    if (!isTrusted(senderFrame)) throw new Error('this page may not call Credence');
    return await envelope(service, String(method), args);
  });
  ipcMain.on('credence:listen', ({ sender, senderFrame }) => {
    if (!isTrusted(senderFrame)) return;
    sender.send('credence:push', service.greeting());
    if (windows.has(sender)) return;
    windows.add(sender);
    sender.once('destroyed', () => windows.delete(sender));
  });
  service.subscribe((push: Push) => {
    for (const contents of windows) contents.send('credence:push', push);
  });
}

async function envelope(service: Service, method: string, args: unknown): Promise<Envelope> {
  try {
    return { ok: true, value: await service.answer(method, args) };
  } catch (error) {
    if (!(error instanceof ApiError)) return { ok: false, error: toFieldError(error) };
    const { name, code, message, field } = error;
    return { ok: false, error: { name, code, message, field } };
  }
}
