/**
 * The API over HTTP and WebSocket on the loopback interface, with the window's files: what `credence serve`
 * runs, for headless machines and for browsers.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import sirv from 'sirv';
import type { Settings } from '#shared/api/system.ts';
import { ApiError, isMethod, type Envelope } from '#shared/contract.ts';
import { toWireError, UserError, type FieldError } from '#shared/errors.ts';
import type { Service } from '../api/service.ts';
import { contentSecurityPolicy, SECURITY_HEADERS } from '../web-policy.ts';
import { BodyError, readJson } from './body.ts';
import { REFUSAL_PAGE_POLICY, refusalPage, wantsPage } from './refusal-page.ts';
import { createGuard, foreign, type Guard, type Refusal } from './security.ts';
import { createSockets } from './sockets.ts';

export interface ServerOptions {
  service: Service;
  /** Folder of the built window. */
  files: string;
  /** 0 takes any free one. */
  port: number;
}

export interface RunningServer {
  port: number;
  /** The address that signs in, token included. */
  url: string;
  /** Ends all connections; the service stays open. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Milliseconds that a client may take for a request. */
const REQUEST_TIMEOUT = 60_000;

/** @throws UserError `server.port` where the port cannot be had */
export async function startServer({ service, files, port }: ServerOptions): Promise<RunningServer> {
  const portOf = () => (server.address() as AddressInfo).port;
  const guard = createGuard(portOf, () => process.emitWarning(FLOOD));
  const sockets = createSockets(service);
  const serveFile = sirv(files, { etag: true, dotfiles: false, setHeaders: secureFile });
  const page = path.join(files, 'index.html');
  const server: Server = createServer({ requestTimeout: REQUEST_TIMEOUT }, (request, response) => {
    secure(response);
    void route({ request, response, guard, service, serveFile, page, port: portOf() });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A connection that breaks while it is being refused must not end the program.
    socket.on('error', () => socket.destroy());
    const refusal = request.url === '/api/events' ? guard.refusal(request) : NOT_FOUND;
    if (refusal || request.headers.origin === undefined) refuseSocket(socket, refusal ?? NO_ORIGIN);
    else sockets.accept(request, socket, head);
  });
  await listen(server, port);
  return {
    port: portOf(),
    url: `http://${HOST}:${portOf()}/?token=${guard.token}`,
    async close() {
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const FLOOD =
  'somebody on this machine asks the port of Credence again and again without its token; nothing is answered to them';
const NOT_FOUND = { status: 404, code: 'server.path', message: 'there is nothing at this address' } as const;
const NO_ORIGIN = {
  status: 403,
  code: 'server.origin',
  message: 'only a page of Credence connects here',
} as const;
const WRONG_VERB = {
  status: 405,
  code: 'server.verb',
  message: 'use POST for the API, GET for files',
} as const;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  guard: Guard;
  service: Service;
  serveFile: ReturnType<typeof sirv>;
  page: string;
  port: number;
}

async function route(exchange: Exchange): Promise<void> {
  const { request, response, guard, port } = exchange;
  const url = parseUrl(request.url);
  if (!url) return refuse(response, { ...NOT_FOUND, status: 400 });
  const token = url.searchParams.get('token');
  if (url.pathname === '/' && token !== null) {
    const refusal = foreign(request, port);
    if (refusal) return refuse(response, refusal);
    if (guard.matches(token)) return signIn(response, guard);
  }
  const refusal = guard.refusal(request);
  if (refusal) return refuse(response, refusal);
  if (url.pathname.startsWith('/api/')) return await answer(exchange, url.pathname.slice('/api/'.length));
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, WRONG_VERB);
  if (url.pathname === '/') return await servePage(exchange);
  exchange.serveFile(request, response, () => refuse(response, NOT_FOUND));
}

function parseUrl(path: string | undefined): URL | null {
  return URL.parse(path ?? '/', 'http://localhost');
}

/** Turns the token of the printed URL into a cookie, so that it stays in no history and no bookmark. */
function signIn(response: ServerResponse, guard: Guard): void {
  response.writeHead(303, { 'Set-Cookie': guard.cookie(), Location: '/', 'Cache-Control': 'no-store' }).end();
}

/** The page with the theme that was chosen, so that it is drawn in it from the first. */
async function servePage({ response, service, page }: Exchange): Promise<void> {
  try {
    const [{ theme }, html] = await Promise.all([service.call('settings.get', {}), readFile(page, 'utf8')]);
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
    response.writeHead(200, headers).end(withTheme(html, theme));
  } catch (error) {
    refuse(response, { ...NOT_FOUND, message: `the page cannot be read: ${toWireError(error).message}` });
  }
}

function withTheme(html: string, theme: Settings['theme']): string {
  return theme === 'system' ? html : html.replace('<html', `<html data-theme="${theme}"`);
}

async function answer({ request, response, service }: Exchange, method: string): Promise<void> {
  if (!isMethod(method))
    return refuse(response, { ...NOT_FOUND, message: `no method "${method.slice(0, 60)}"` });
  if (request.method !== 'POST') return refuse(response, WRONG_VERB);
  try {
    const value = await service.answer(method, await readJson(request, method));
    sendJson(response, 200, { ok: true, value });
  } catch (error) {
    const { status, wire } = failure(error);
    // What was not read would be taken for the next request.
    if (!request.complete) response.setHeader('Connection', 'close');
    sendJson(response, status, { ok: false, error: wire });
  }
}

/** Errors a caller can mend are 4xx, defects 500. */
function failure(error: unknown): { status: number; wire: FieldError } {
  if (error instanceof BodyError) {
    const { status, code, message } = error;
    return { status, wire: { name: 'UserError', code, message, field: null } };
  }
  if (error instanceof ApiError) {
    const { name, code, message, field } = error;
    return { status: code === 'internal' ? 500 : 422, wire: { name, code, message, field } };
  }
  return {
    status: 400,
    wire: { name: 'Error', code: 'server.request', message: 'the request broke off', field: null },
  };
}

function refuse(
  response: ServerResponse,
  { status, code, message, wait }: Omit<Refusal, 'status'> & { status: number },
): void {
  response.setHeader('Connection', 'close');
  if (wait !== undefined) response.setHeader('Retry-After', wait);
  if (wantsPage(response.req)) return sendRefusalPage(response, { status, code, message });
  sendJson(response, status, { ok: false, error: { name: 'UserError', code, message, field: null } });
}

function sendRefusalPage(
  response: ServerResponse,
  { status, ...refusal }: { status: number; code: string; message: string },
): void {
  response
    .writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': REFUSAL_PAGE_POLICY,
      'Cache-Control': 'no-store',
    })
    .end(refusalPage(refusal));
}

function sendJson(response: ServerResponse, status: number, envelope: Envelope): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(envelope));
}

function refuseSocket(socket: Duplex, { status, code }: { status: number; code: string }): void {
  socket.end(`HTTP/1.1 ${status} ${code}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function secure(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(["'self'"]));
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}

/** Built files have a name of their own whenever they change: they need not be asked for again. */
function secureFile(response: ServerResponse, file: string): void {
  secure(response);
  if (/^\/?assets\//.test(file)) response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UserError(
          'server.port',
          `--port: ${port} cannot be had (${error.code}); choose another, or leave it out for any free one`,
        ),
      ),
    );
    server.listen(port, HOST, resolve);
  });
}
