/** The window reaches nothing but its own host: no Node, no files, no network, no code from elsewhere. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeApp } from './steps.ts';

interface Attempt {
  what: string;
  /** Directive that has to refuse it. */
  directive: string;
  /** Code tried in the page; `there` is a server that would answer. */
  code: string;
}

const ATTEMPTS: Attempt[] = [
  { what: 'a request to another port', directive: 'connect-src', code: 'fetch(there)' },
  { what: 'a request to the internet', directive: 'connect-src', code: "fetch('https://example.com/')" },
  { what: 'a beacon', directive: 'connect-src', code: 'navigator.sendBeacon(there)' },
  { what: 'a socket', directive: 'connect-src', code: "new WebSocket(there.replace('http', 'ws'))" },
  { what: 'an event stream', directive: 'connect-src', code: 'new EventSource(there)' },
  { what: 'a file', directive: 'connect-src', code: "fetch('file:///etc/passwd')" },
  { what: 'a picture from elsewhere', directive: 'img-src', code: 'new Image().src = there' },
  { what: 'a frame', directive: 'frame-src', code: "add('iframe', { src: there })" },
  { what: 'a script from elsewhere', directive: 'script-src-elem', code: "add('script', { src: there })" },
  {
    what: 'an inline script',
    directive: 'script-src-elem',
    code: "add('script', { textContent: 'window.hit = 1' })",
  },
  {
    what: 'an event attribute',
    directive: 'script-src-attr',
    // Newer browsers look at such an attribute only when its event comes.
    code: "((b) => (b.setAttribute('onclick', 'window.hit = 1'), b.click()))(add('b', {}))",
  },
  { what: 'eval', directive: 'script-src', code: "eval('window.hit = 1')" },
  { what: 'a function from text', directive: 'script-src', code: "new Function('window.hit = 1')()" },
  {
    what: 'a worker from text',
    directive: 'worker-src',
    code: "new Worker(URL.createObjectURL(new Blob(['1'])))",
  },
  {
    what: 'a style sheet from elsewhere',
    directive: 'style-src-elem',
    code: "add('link', { rel: 'stylesheet', href: there })",
  },
  { what: 'a font from elsewhere', directive: 'font-src', code: "new FontFace('x', `url(${there})`).load()" },
  { what: 'a plug-in', directive: 'object-src', code: "add('object', { data: there })" },
  {
    what: 'a form to elsewhere',
    directive: 'form-action',
    code: "add('form', { action: there, method: 'post' }).submit()",
  },
];

/**
 * An expression that tries something in the page and tells which directive refused it. It runs from a timer,
 * since what DevTools evaluates may do what the page itself may not.
 */
function tried(code: string, directive: string, there: string): string {
  return `new Promise((resolve) => {
    const there = ${JSON.stringify(there)};
    const others = [];
    const add = (tag, fields) => document.body.appendChild(Object.assign(document.createElement(tag), fields));
    addEventListener('securitypolicyviolation', ({ effectiveDirective: name }) => {
      if (name === ${JSON.stringify(directive)}) resolve(name);
      else others.push(name);
    });
    setTimeout(() => void (${code}));
    setTimeout(() => resolve('not refused; ' + others.join(' ')), 30000);
  })`;
}

describeApp('the window’s limits', { errors: 'expected' }, (app) => {
  const asked: string[] = [];
  let other: Server;
  let there = '';

  beforeAll(async () => {
    other = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('Access-Control-Allow-Origin', '*').end('1');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    there = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  });

  afterAll(() => void other.close());

  it('has nothing of Node', async () => {
    const names = ['require', 'process', 'module', 'global', 'Buffer', '__dirname', 'electron'];
    const kinds = await app.page.evaluate(
      (all) => all.map((name) => typeof Reflect.get(window, name)),
      names,
    );
    expect(kinds).toEqual(names.map(() => 'undefined'));
  });

  it('is served with a strict policy', async () => {
    const response = await app.page.request.get(app.origin);
    const policy = response.headers()['content-security-policy'] ?? '';
    const directives = new Map(
      policy.split(';').map((each) => {
        const [name = '', ...sources] = each.trim().split(/\s+/);
        return [name, sources.join(' ')];
      }),
    );
    expect(directives.get('default-src')).toBe("'none'");
    expect(directives.get('script-src')).toBe("'self'");
    expect(directives.get('connect-src')).toBe("'self'");
    for (const name of ['base-uri', 'form-action', 'frame-ancestors'])
      expect(directives.get(name), name).toBe("'none'");
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    expect(response.headers()['x-content-type-options']).toBe('nosniff');
  });

  it.each(ATTEMPTS)('is refused $what ($directive)', async ({ code, directive }) => {
    expect(await app.page.evaluate<string>(tried(code, directive, there))).toBe(directive);
  });

  it('let nothing through', async () => {
    expect(asked).toEqual([]);
    expect(await app.page.evaluate(() => Reflect.get(window, 'hit') as unknown)).toBeUndefined();
    await app.page.reload();
    await app.page.getByRole('button', { name: 'Run the quick start' }).waitFor();
  });
});
