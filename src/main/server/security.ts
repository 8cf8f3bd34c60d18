/**
 * Who may talk to the local server. It listens on the loopback interface only, and still any web page that
 * the user opens could send it requests, and a hostile name server could point a name at it: so every request
 * must name this host, come from this origin, and carry the secret of the printed URL.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createThrottle } from './throttle.ts';

export interface Guard {
  /** Secret of the printed URL. */
  readonly token: string;
  /** Why a request is refused; null where it may pass. */
  refusal(request: IncomingMessage): Refusal | null;
  /** The cookie that signs in whoever opened the printed URL. */
  cookie(): string;
  /** Whether a text is the token. */
  matches(text: string | null): boolean;
}

export interface Refusal {
  status: 401 | 403 | 429;
  code: string;
  message: string;
  /** Seconds until it is worth asking again. */
  wait?: number;
}

/**
 * @param port asked for late: it is known only once the server listens
 * @param flood told when strangers ask so often that they have to wait
 */
export function createGuard(port: () => number, flood: () => void): Guard {
  const throttle = createThrottle(flood);
  const token = randomBytes(24).toString('base64url');
  const matches = (text: string | null) => text !== null && sameText(text, token);
  // Cookies of one host are shared by all its ports: the name tells servers apart.
  const cookieName = () => `credence-${port()}`;
  return {
    token,
    matches,
    cookie: () => `${cookieName()}=${token}; HttpOnly; SameSite=Strict; Path=/`,
    refusal: (request) =>
      wrongHost(request, port()) ??
      wrongOrigin(request, port()) ??
      (matches(cookieOf(request, cookieName())) || matches(bearerOf(request))
        ? null
        : unsigned(throttle.knock())),
  };
}

/** A request whose host or origin is not this server's own, whatever it carries. */
export function foreign(request: IncomingMessage, port: number): Refusal | null {
  return wrongHost(request, port) ?? wrongOrigin(request, port);
}

const NO_TOKEN: Refusal = {
  status: 401,
  code: 'server.token',
  message: 'the token is missing or wrong; open the address that "credence serve" printed',
};

/** Refuses whoever has no token. @param wait seconds, where there were too many of them */
function unsigned(wait: number | null): Refusal {
  if (wait === null) return NO_TOKEN;
  const message = `too many requests without the token; ask again in ${wait} s`;
  return { status: 429, code: 'server.flood', message, wait };
}

function hostsOf(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

function wrongHost({ headers }: IncomingMessage, port: number): Refusal | null {
  if (hostsOf(port).includes(headers.host ?? '')) return null;
  return { status: 403, code: 'server.host', message: `only ${hostsOf(port)[0]} is served here` };
}

/** Browsers send the origin with everything but plain navigation; programs may leave it out. */
function wrongOrigin({ headers }: IncomingMessage, port: number): Refusal | null {
  const { origin } = headers;
  if (origin === undefined || hostsOf(port).some((host) => origin === `http://${host}`)) return null;
  return { status: 403, code: 'server.origin', message: 'requests from other pages are refused' };
}

function cookieOf({ headers }: IncomingMessage, name: string): string | null {
  const cookies = (headers.cookie ?? '').split(';').map((text) => text.trim());
  return cookies.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

function bearerOf({ headers }: IncomingMessage): string | null {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** Compares in constant time. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
