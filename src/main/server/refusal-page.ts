/** What a person sees whose browser asked for something that is refused: a page instead of JSON. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { escape } from 'html-escaper';

const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 34em; margin: 18vh auto 0; padding: 0 24px; font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 22px; } code { font-size: 14px; }`;

/** The page carries its own style, and nothing else may load or run. */
export const REFUSAL_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Whether a browser is on its way to a page, as opposed to a program or a script that wants data. */
export function wantsPage({ method, headers, url }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    !url?.startsWith('/api/') &&
    (headers.accept ?? '').split(',')[0]?.trim() === 'text/html'
  );
}

/** What happened and the way on, as a whole document. */
export function refusalPage({ code, message }: { code: string; message: string }): string {
  const signIn = code === 'server.token';
  const title = signIn ? 'This link does not sign you in' : 'Nothing to see here';
  const words = signIn
    ? '<p>Credence lets in only whoever holds the address that it printed when it started, because other programs and pages could ask this port too. Open the newest address that <code>credence serve</code> or <code>npm start</code> printed in its terminal: it ends in <code>?token=…</code>. After a restart the address is a new one.</p>'
    : `<p>${escape(message.charAt(0).toUpperCase() + message.slice(1))}.</p><p><a href="/">Go to the app</a></p>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Credence</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>${words}</main></body></html>
`;
}
