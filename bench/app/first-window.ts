/// <reference lib="dom" />
/**
 * The first window of a server, as one opens it who follows the address that `credence serve` prints: the browser
 * runs already and opens a tab with that address; nothing is injected and nobody asks anything until all is drawn.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { until } from '#test/credence.ts';
import { CHROMIUM, endServer, FLAGS, serve } from '#test/e2e/browser.ts';

export interface FirstWindow {
  page: Page;
  /** Milliseconds from asking for the list until the browser showed it. */
  asked: number;
}

/** Milliseconds that a browser takes to come to rest after its start, at most. */
const RESTING = 1500;
/** Milliseconds in which a window comes to rest; only then is it asked how long it took. */
const SETTLING = 4000;

/** Starts server and browser, opens the window, and hands it over once it is at rest. */
export async function withFirstWindow(home: string, act: (window: FirstWindow) => Promise<void>) {
  await withBrowser(async (debugging) => {
    const { server, url } = await serve(home);
    try {
      await fetch(`${debugging}/json/new?${encodeURIComponent(url)}`, { method: 'PUT' });
      await sleep(SETTLING);
      await withPage(debugging, url, async (page) => act({ page, asked: await askedUntilDrawn(page) }));
    } finally {
      await endServer(server);
    }
  });
}

/** @param act is given the address at which the browser takes commands */
async function withBrowser(act: (debugging: string) => Promise<void>): Promise<void> {
  const profile = mkdtempSync(path.join(tmpdir(), 'credence-browser-'));
  const flags = [...FLAGS, '--headless', '--window-size=1280,800', '--remote-debugging-port=0'];
  const child = spawn(CHROMIUM, [...flags, `--user-data-dir=${profile}`, 'about:blank'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    const file = path.join(profile, 'DevToolsActivePort');
    await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('\n'), 'the browser');
    await sleep(RESTING);
    await act(`http://127.0.0.1:${readFileSync(file, 'utf8').split('\n')[0]}`);
  } finally {
    child.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function withPage(debugging: string, url: string, act: (page: Page) => Promise<void>) {
  const browser = await chromium.connectOverCDP(debugging);
  try {
    const { origin } = new URL(url);
    const page = browser
      .contexts()[0]
      ?.pages()
      .find((each) => each.url().startsWith(origin));
    if (!page) throw new Error(`the browser has no page of ${origin}`);
    await act(page);
  } finally {
    await browser.close();
  }
}

/**
 * The list is drawn when the browser has shown the largest thing of the page, and the app, which waits for the frame
 * with the first rows, asks for the other ones: the later of the two counts.
 */
function askedUntilDrawn(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const requested = (method: string) =>
      performance.getEntriesByType('resource').find(({ name }) => name.endsWith(`/api/${method}`))?.startTime;
    const [asked, rest] = ['experiments.newest', 'experiments.list'].map(requested);
    if (asked === undefined || rest === undefined) throw new Error('the window did not ask for the list');
    const shown = await new Promise<number>((resolve) => {
      const observer = new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0));
      observer.observe({ type: 'largest-contentful-paint', buffered: true });
    });
    return Math.max(shown, rest) - asked;
  });
}
