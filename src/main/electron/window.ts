/** The app's window: where it was left, in the system's theme, sandboxed. */
import path from 'node:path';
import { BrowserWindow, nativeTheme, screen, type Rectangle } from 'electron';
import type { Settings } from '#shared/api/system.ts';
import { writeWhole } from '../files.ts';
import { quitAtSessionEnd } from './ends.ts';
import { ORIGIN } from './origin.ts';
import { isWithin, readState, type WindowState } from './window-state.ts';

const DEFAULT_SIZE = { width: 1280, height: 840 };
/** As `--background` of the two themes in src/renderer/theme/tokens.css, so that opening does not flash. */
const BACKGROUND = { dark: '#101114', light: '#fbfbfc' };

/** @param home data folder, where the window's place is kept */
export function openWindow(home: string, preload: string): BrowserWindow {
  const file = path.join(home, 'window.json');
  const state = readState(file);
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...(state && isWithin(state, workAreas()) ? boundsOf(state) : {}),
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
  quitAtSessionEnd(window);
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

function workAreas(): Rectangle[] {
  return screen.getAllDisplays().map(({ workArea }) => workArea);
}

function boundsOf({ x, y, width, height }: WindowState): Rectangle {
  return { x, y, width, height };
}
