/** A page as PDF: printed by a browser of Chromium's family, which embeds the fonts it sets. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '#shared/errors.ts';
import { appBrowsers } from '../server/browser.ts';

/** Milliseconds until a browser is taken to hang. */
const PATIENCE = 120_000;

/** Nothing it may do reaches the network. */
const OFFLINE = [
  '--proxy-server=127.0.0.1:9',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'],
];

/**
 * Prints a page that needs nothing from outside.
 * @throws UserError `report.no-browser` where none is there, `report.print` where it fails
 */
export async function printPdf(html: string): Promise<Buffer> {
  const [browser] = appBrowsers();
  if (!browser)
    throw new UserError(
      'report.no-browser',
      'PDF: no Chrome, Chromium, Edge or Brave is here to print it; install one, or make the report as HTML and print that from any browser',
    );
  const folder = mkdtempSync(path.join(tmpdir(), 'credence-print-'));
  try {
    const [page, pdf] = [path.join(folder, 'page.html'), path.join(folder, 'page.pdf')];
    writeFileSync(page, html);
    await run(browser.program, [
      ...['--headless', '--disable-gpu', '--no-first-run', '--no-pdf-header-footer', ...OFFLINE],
      // Chromium refuses its sandbox to root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...[`--user-data-dir=${path.join(folder, 'profile')}`, `--print-to-pdf=${pdf}`],
      pathToFileURL(page).href,
    ]);
    return checked(pdf, browser.name);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function run(program: string, args: string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', timeout: PATIENCE });
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
}

function checked(pdf: string, browser: string): Buffer {
  try {
    const bytes = readFileSync(pdf);
    if (bytes.subarray(0, 5).toString('latin1') === '%PDF-') return bytes;
  } catch {
    // It wrote none.
  }
  throw new UserError(
    'report.print',
    `PDF: ${browser} did not print it; make the report as HTML and print that from any browser`,
  );
}
