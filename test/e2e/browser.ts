/** The real app for a test: `credence serve` on a data folder of its own, seen through real Chromium. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { startCredence, temporaryFolder, until, type Running } from '../credence.ts';

const CHROMIUM = process.env['CREDENCE_CHROMIUM'] ?? '/usr/bin/chromium';

/** Where there is no Chromium, the tests that need one say so and are skipped. */
export const hasChromium = existsSync(CHROMIUM);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface App {
  home: string;
  context: BrowserContext;
  page: Page;
  /** Errors that the page reported. */
  errors: string[];
  /** Fetches an API method from inside the page. */
  post(method: string, args: unknown): Promise<unknown>;
  close(): Promise<void>;
}

interface Look {
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
}

/** Serves a data folder and opens its page. */
export async function openApp(home = temporaryFolder(), look: Look = {}): Promise<App> {
  const server = startCredence(['serve', '--no-open'], home);
  await until(() => /http:\S+/.test(server.output()), `an address; got ${server.output()}`, 120);
  const url = /http:\S+/.exec(server.output())?.[0] ?? '';
  const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
  const { width = 1280, height = 800, theme = 'light' } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const errors = watchErrors(page);
  await page.goto(url);
  return { home, context, page, errors, post: poster(page), close: () => shut(browser, server) };
}

/** svgcanvas says so where the annotation plugin fills once more after a text, which draws nothing. */
const HARMLESS = 'Attempted to apply path command to node text';

function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && message.text() !== HARMLESS) errors.push(message.text());
  });
  return errors;
}

function poster(page: Page): App['post'] {
  return async (method, args) => {
    const { origin } = new URL(page.url());
    const response = await page.request.post(`${origin}/api/${method}`, {
      data: args,
      headers: { origin },
    });
    const envelope = (await response.json()) as { ok: boolean; value?: unknown; error?: { message: string } };
    if (!envelope.ok) throw new Error(`${method}: ${envelope.error?.message}`);
    return envelope.value;
  };
}

async function shut(browser: Browser, server: Running): Promise<void> {
  await browser.close();
  server.child.kill('SIGTERM');
  await server.finished;
}
