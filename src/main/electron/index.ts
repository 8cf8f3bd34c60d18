/**
 * Entry of the desktop app: one instance, one window, the API over IPC. Everything that is not Electron's own
 * lies elsewhere and is tested without it.
 */
import path from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, powerSaveBlocker } from 'electron';
import { toWireError } from '#shared/errors.ts';
import { createService, type Service } from '../api/service.ts';
import { openHistory } from '../history/history.ts';
import { stopCause } from '../stopping.ts';
import { quitOnEnds } from './ends.ts';
import { connect } from './ipc.ts';
import { installMenu } from './menu.ts';
import { askedBy, askedByLink, createOpening } from './opening.ts';
import { lockDown, registerScheme, serveFiles } from './security.ts';
import { launchUtility, trainerEntry } from './utility-link.ts';
import { applyTheme, openWindow } from './window.ts';

/** `out/main`, where this file lies once built. */
const HERE = import.meta.dirname;
const PRELOAD = path.join(HERE, '..', 'preload', 'index.cjs');
const FILES = path.join(HERE, '..', 'renderer');

const opening = createOpening();

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  registerScheme();
  app.enableSandbox();
  opening.ask(askedBy(process.argv, process.cwd()));
  app.on('second-instance', (_event, argv, folder) => {
    opening.ask(askedBy(argv, folder));
    focusWindow();
  });
  // macOS tells it by events, also before the app is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    opening.ask(askedBy(['', path], process.cwd()));
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    opening.ask(askedByLink(link));
  });
  app.on('window-all-closed', () => app.quit());
  void app.whenReady().then(open, fail);
}

async function open(): Promise<void> {
  try {
    lockDown();
    serveFiles(FILES);
    installMenu(!app.isPackaged);
    const service = openService();
    applyTheme(await service.call('settings.get', {}));
    service.subscribe((push) => push.event === 'settings' && applyTheme(push.payload));
    connect(service, ipcMain, opening.listening);
    saveBeforeQuitting(service);
    quitOnEnds();
    const { home } = await service.call('system.info', {});
    openWindow(home, PRELOAD);
    app.on('activate', () => {
      if (BrowserWindow.getAllWindows().length === 0) openWindow(home, PRELOAD);
    });
  } catch (error) {
    fail(error);
  }
}

function openService(): Service {
  let launched = 0;
  const entry = trainerEntry(HERE);
  const launch = () => launchUtility(entry, `Credence training ${++launched}`);
  return createService({ history: openHistory(), launch, host: 'electron', awake });
}

/** Running runs save what was reached before the app ends; that is waited for once. */
function saveBeforeQuitting(service: Service): void {
  let saved = false;
  app.on('will-quit', (event) => {
    if (saved) return;
    event.preventDefault();
    void service
      .close(stopCause()?.name)
      .then((lines) => lines.forEach((line) => process.stderr.write(`${line}\n`)))
      .catch((error: unknown) => process.emitWarning(toWireError(error).message))
      .finally(() => {
        saved = true;
        const cause = stopCause();
        if (cause) app.exit(cause.code);
        else app.quit();
      });
  });
}

/** Keeps the machine from sleeping; the screen may go dark. */
function awake(): () => void {
  const id = powerSaveBlocker.start('prevent-app-suspension');
  return () => void powerSaveBlocker.stop(id);
}

function focusWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.focus();
}

/** A history that cannot be opened is said in a box: there is no terminal. */
function fail(error: unknown): void {
  dialog.showErrorBox('Credence cannot start', toWireError(error).message);
  app.exit(1);
}
