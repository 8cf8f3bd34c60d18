/** The real app for a test: `credence serve` on a data folder of its own, seen through real Chromium. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { startCredence, temporaryFolder, until, type Running } from '../credence.ts';

export const CHROMIUM = process.env['CREDENCE_CHROMIUM'] ?? '/usr/bin/chromium';

/** Where there is no Chromium, the tests that need one say so and are skipped. */
export const hasChromium = existsSync(CHROMIUM);

/**
 * What Chromium does without: a list of it takes the place of Playwright's, which is therefore in it, as far as it touches pages
 * of this machine. The address bar's own pages were loaded anew for each context, 400 scripts that nobody sees: more than our page.
 */
const LEFT_OUT = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'AimEnabled'],
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'PaintHolding'],
  ...['HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'ThirdPartyStoragePartitioning'],
  ...['AvoidCorsURLLoaderRestartOnRedirect', 'LensOverlay', 'MediaRouter', 'OptimizationHints'],
  ...['NetworkTimeServiceQuerying', 'PreconnectToSearch'],
];

/** As root, without a GPU, and with nothing that goes to the network. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${LEFT_OUT.join(',')}`,
  // A second tab is as awake as the first.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** Milliseconds that a step in the page may take; a busy machine is slow, and a test that waits loses nothing. */
const STEP_TIMEOUT = 90_000;

export interface App {
  home: string;
  /** Process of `credence serve`. */
  pid: number;
  origin: string;
  context: BrowserContext;
  page: Page;
  /** Errors that any of its pages reported. */
  errors: string[];
  /** Opens the app once more, in a tab beside the first. */
  tab(): Promise<Page>;
  /** Fetches an API method from inside the page. */
  post<T>(method: string, args: unknown): Promise<T>;
  close(): Promise<void>;
}

export interface Look {
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
  motion?: 'reduce' | 'no-preference';
  /** Folder of presets that stand in for those of Credence. */
  presets?: string;
  /** Of the server, beside its own. */
  env?: NodeJS.ProcessEnv;
}

/** Serves a data folder and opens its page in a browser of its own, which ends with it. */
export async function openApp(home = temporaryFolder(), look: Look = {}): Promise<App> {
  const browser = await launch();
  const app = await openIn(browser, home, look);
  return {
    ...app,
    close: async () => {
      await browser.close();
      await app.close();
    },
  };
}

/** Of this process, which ends with it: to start one takes as long as many a file of tests. */
let ours: Promise<Browser> | undefined;

/**
 * As `openApp`, in the browser that all tests of this process share: each app has a context of its own, so cookies,
 * storage, permissions, look and files are of nobody else.
 */
export async function openShared(home = temporaryFolder(), look: Look = {}): Promise<App> {
  // One that crashed fails the tests of one file, not of all.
  if (!(await ours?.catch(() => undefined))?.isConnected()) ours = launch();
  return openIn(await ours!, home, look);
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

async function openIn(browser: Browser, home: string, look: Look): Promise<App> {
  const more = { ...look.env, ...(look.presets ? { CREDENCE_PRESETS: look.presets } : {}) };
  const { server, url } = await serve(home, more);
  const context = await contextFor(browser, look);
  const errors: string[] = [];
  context.on('page', (page) => watchErrors(page, errors));
  const page = await context.newPage();
  await goDrawn(page, url);
  return {
    home,
    pid: server.child.pid ?? 0,
    origin: new URL(url).origin,
    context,
    page,
    errors,
    tab: async () => {
      const tab = await context.newPage();
      await goDrawn(tab, page.url());
      return tab;
    },
    post: poster(page),
    close: async () => {
      await context.close();
      await endServer(server);
    },
  };
}

/** Opens an address, until the window is drawn: a key that is pressed before is heard by nobody. */
async function goDrawn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('main').waitFor();
}

/** Serves a data folder. @returns with the address that signs in */
export async function serve(
  home: string,
  more: NodeJS.ProcessEnv = {},
): Promise<{ server: Running; url: string }> {
  const server = startCredence(['serve', '--no-open'], home, home, more);
  await until(() => /http:\S+/.test(server.output()), `an address; got ${server.output()}`, 120);
  return { server, url: /http:\S+/.exec(server.output())?.[0] ?? '' };
}

/** Ends what `serve` started. */
export async function endServer(server: Running): Promise<void> {
  server.child.kill('SIGTERM');
  await server.finished;
}

async function contextFor(browser: Browser, look: Look): Promise<BrowserContext> {
  const { width = 1280, height = 800, theme = 'light', motion = 'reduce' } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: motion,
  });
  context.setDefaultTimeout(STEP_TIMEOUT);
  return context;
}

/**
 * What the console reports and is no defect: svgcanvas where the annotation plugin fills once more after a text,
 * which draws nothing; and every answer 422, which names a mistake of the user's that the page then shows.
 */
const HARMLESS = /^Attempted to apply path command to node text$|status of 422/;

function watchErrors(page: Page, errors: string[]): void {
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !HARMLESS.test(message.text())) errors.push(message.text());
  });
}

function poster(page: Page): App['post'] {
  return async <T>(method: string, args: unknown) => {
    const { origin } = new URL(page.url());
    const response = await page.request.post(`${origin}/api/${method}`, {
      data: args,
      headers: { origin },
    });
    const envelope = (await response.json()) as { ok: boolean; value?: T; error?: { message: string } };
    if (!envelope.ok) throw new Error(`${method}: ${envelope.error?.message}`);
    return envelope.value as T;
  };
}
