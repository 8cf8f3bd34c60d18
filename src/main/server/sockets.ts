/** Pushes events to every connected window over WebSockets. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Push } from '#shared/contract.ts';
import type { Service } from '../api/service.ts';

export interface Sockets {
  /** Takes over a connection that was let in. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** Milliseconds between two questions whether a window is still there. */
const PING_EVERY = 30_000;
/** A window that does not read is cut off; it connects anew and asks for everything again. */
const MAX_UNREAD = 16 * 1024 * 1024;

/** Windows only listen: whatever they send is cut short. */
export function createSockets(service: Service): Sockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false });
  const stop = service.subscribe((push) => {
    if (server.clients.size === 0) return;
    const text = JSON.stringify(push);
    for (const client of server.clients) send(client, text);
  });
  const alive = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const client of server.clients) {
      if (!alive.delete(client)) client.terminate();
      else client.ping();
    }
  }, PING_EVERY).unref();
  server.on('connection', (client) => {
    alive.add(client);
    client.on('pong', () => alive.add(client));
    client.on('error', () => client.terminate());
    send(client, JSON.stringify(service.greeting() satisfies Push));
  });
  return {
    accept: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request)),
    close() {
      stop();
      clearInterval(timer);
      for (const client of server.clients) client.close(1001, 'Credence was closed');
      server.close();
    },
  };
}

function send(client: WebSocket, text: string): void {
  if (client.readyState !== WebSocket.OPEN) return;
  if (client.bufferedAmount > MAX_UNREAD) client.terminate();
  else client.send(text);
}
