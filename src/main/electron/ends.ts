/** What ends the desktop app from outside: signals, the end of the session, a shutdown. Runs are saved before. */
import { app, powerMonitor, type BrowserWindow } from 'electron';
import { onStop } from '../stopping.ts';

/**
 * Quits on signals and when the system shuts down, which is asked to wait. Called when the app is ready: Chromium's
 * own handlers, which take a copy of a signal for a second one, are replaced.
 */
export function quitOnEnds(): void {
  onStop(() => app.quit());
  powerMonitor.on('shutdown', (event?: Electron.Event) => {
    event?.preventDefault();
    app.quit();
  });
}

/** Windows tells its windows that the session ends. */
export function quitAtSessionEnd(window: BrowserWindow): void {
  window.on('session-end', () => app.quit());
}
