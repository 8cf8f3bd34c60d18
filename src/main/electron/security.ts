/**
 * Keeps the window to its own files (Electron's security guide): a protocol of its own with a strict policy,
 * no permission, no navigation away, no new window; a link to the web opens in the user's browser.
 */
import { app, net, protocol, session, shell } from 'electron';
import { pathToFileURL } from 'node:url';
import { contentSecurityPolicy, SECURITY_HEADERS } from '../web-policy.ts';
import { ORIGIN, originOf } from './origin.ts';
import { insideFolder } from './paths.ts';

/** Links that may leave the app. */
const OUTSIDE = ['https://arxiv.org', 'https://doi.org'];

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'credence', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the window's files, and nothing outside their folder. @param folder of the built window */
export function serveFiles(folder: string): void {
  protocol.handle('credence', async ({ url, method }) => {
    const { host, pathname } = new URL(url);
    const file = host === 'app' && method === 'GET' ? insideFolder(folder, pathname) : null;
    if (!file) return new Response('not found', { status: 404 });
    const response = await net.fetch(pathToFileURL(file).href).catch(() => null);
    if (!response?.ok) return new Response('not found', { status: 404 });
    const headers = new Headers(response.headers);
    headers.set('Content-Security-Policy', contentSecurityPolicy(["'self'"]));
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
    return new Response(response.body, { headers });
  });
}

/** Denies whatever pages may ask for, and every way out. */
export function lockDown(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-attach-webview', (event) => event.preventDefault());
    // Frames and redirects too: `will-navigate` alone sees neither.
    contents.on('will-frame-navigate', refuseForeign);
    contents.on('will-redirect', refuseForeign);
    contents.setWindowOpenHandler(({ url }) => {
      if (OUTSIDE.includes(originOf(url))) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}

function refuseForeign(event: { url: string; preventDefault: () => void }): void {
  if (originOf(event.url) !== ORIGIN) event.preventDefault();
}
