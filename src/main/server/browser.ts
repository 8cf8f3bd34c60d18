/** Opens the window's address in a browser: as a window of its own where one of Chromium's family is there. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import path from 'node:path';
import { allows } from '../files.ts';

/** What an address was opened in. */
export interface Opened {
  /** For people. */
  browser: string;
  /** Whether it is a window of its own, without tabs. */
  app: boolean;
}

/** Browsers that know `--app`, by what people call them; the first that is there is taken. */
const LINUX: [name: string, ...programs: string[]][] = [
  ['Chrome', 'google-chrome', 'google-chrome-stable'],
  ['Chromium', 'chromium', 'chromium-browser'],
  ['Edge', 'microsoft-edge', 'microsoft-edge-stable'],
  ['Brave', 'brave-browser'],
];
const MACOS: [name: string, ...programs: string[]][] = [
  ['Chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  ['Edge', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
  ['Chromium', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  ['Brave', '/Applications/Brave Browser.app/Contents/MacOS/Brave Browser'],
];
const WINDOWS: [name: string, ...programs: string[]][] = [
  ['Edge', String.raw`Microsoft\Edge\Application\msedge.exe`],
  ['Chrome', String.raw`Google\Chrome\Application\chrome.exe`],
  ['Brave', String.raw`BraveSoftware\Brave-Browser\Application\brave.exe`],
];

/** Milliseconds after which a browser that has not ended is taken to be open. */
const SETTLED = 1500;

/** As the desktop app's; a browser that is open already has its own size. */
const WINDOW = '--window-size=1280,840';

/** Whether windows can open; only Linux may lack a screen. */
export function hasScreen(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/** Opens an address in the default browser. @returns null where that fails */
export async function openInBrowser(url: string): Promise<Opened | null> {
  const { default: open } = await import('open');
  const child = await open(url).catch(() => null);
  if (!child) return null;
  return (await staysOpen(child)) ? { browser: 'your default browser', app: false } : null;
}

/** Opens an address as a window of its own; in the default browser where none of Chromium's family can. */
export async function openAsApp(url: string): Promise<Opened | null> {
  for (const { name, program } of appBrowsers()) {
    const child = spawn(program, [`--app=${url}`, WINDOW], { stdio: 'ignore', detached: true });
    child.unref();
    if (await staysOpen(child)) return { browser: name, app: true };
  }
  return openInBrowser(url);
}

/** Those that are on this machine. */
export function appBrowsers(): { name: string; program: string }[] {
  return known().flatMap(([name, ...programs]) => {
    const program = programs.flatMap(places).find((file) => allows(file, constants.X_OK));
    return program === undefined ? [] : [{ name, program }];
  });
}

function known(): [name: string, ...programs: string[]][] {
  if (process.platform === 'win32') return WINDOWS;
  return process.platform === 'darwin' ? MACOS : LINUX;
}

/** Where a program may lie: on the search path, or in one of Windows's folders for programs. */
function places(program: string): string[] {
  if (process.platform === 'win32')
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
      const folder = process.env[name];
      return folder ? [path.join(folder, program)] : [];
    });
  if (path.isAbsolute(program)) return [program];
  const folders = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, program));
}

/** A browser that is open already hands the address over and ends well; one that cannot start ends badly, soon. */
function staysOpen(child: ReturnType<typeof spawn>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), SETTLED);
    const end = (opened: boolean) => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.on('error', () => end(false));
    child.on('exit', (code) => end(code === 0));
  });
}
