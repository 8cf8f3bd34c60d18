/** The app's window: where it was left, in the system's theme, sandboxed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BrowserWindow, nativeTheme, screen, type Rectangle } from 'electron';
import { z } from 'zod';
import type { Settings } from '#shared/api/system.ts';
import { writeWhole } from '../files.ts';
import { ORIGIN } from './security.ts';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
  maximized: z.boolean(),
});

type WindowState = z.output<typeof stateSchema>;

const DEFAULT_SIZE = { width: 1280, height: 840 };
/** As `--background` of the two themes in src/renderer/theme/tokens.css, so that opening does not flash. */
const BACKGROUND = { dark: '#101114', light: '#fbfbfc' };

/** @param home data folder, where the window's place is kept */
export function openWindow(home: string, preload: string): BrowserWindow {
  const file = path.join(home, 'window.json');
  const state = readState(file);
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...(state && isVisible(state) ? boundsOf(state) : {}),
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Credence',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (state?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () =>
    writeWhole(
      file,
      JSON.stringify({ ...window.getNormalBounds(), maximized: window.isMaximized() } satisfies WindowState),
    ),
  );
  void window.loadURL(`${ORIGIN}/`);
  return window;
}

/** Light, dark, or as the system has it. */
export function applyTheme({ theme }: Pick<Settings, 'theme'>): void {
  nativeTheme.themeSource = theme;
}

function readState(file: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Missing the first time; a damaged one is replaced when the window closes.
    return null;
  }
}

function boundsOf({ x, y, width, height }: WindowState): Rectangle {
  return { x, y, width, height };
}

/** A window that was on a screen which is gone would open out of reach. */
function isVisible(state: WindowState): boolean {
  return screen
    .getAllDisplays()
    .some(
      ({ workArea }) =>
        state.x < workArea.x + workArea.width - 100 &&
        state.x + state.width > workArea.x + 100 &&
        state.y >= workArea.y - 20 &&
        state.y < workArea.y + workArea.height - 50,
    );
}
