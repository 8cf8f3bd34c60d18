/**
 * Electron's API at the thin edge where the packaged app meets it, under plain Node: windows are remembered, not drawn;
 * a utility process is a forked one; what the preload script shows to its page is what the test calls.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Bridge } from '#shared/contract.ts';

type Answer = (event: object, ...args: unknown[]) => Promise<unknown>;
type Serve = (request: { url: string; method: string }) => Promise<Response>;

const nothing = () => undefined;
const page = Object.assign(new EventEmitter(), {
  send: (channel: string, push: unknown) => ipcRenderer.emit(channel, {}, structuredClone(push)),
});
const event = { senderFrame: { url: 'credence://app/', parent: null }, sender: page };
const answers = new Map<string, Answer>();

/** What the app did, for the test. */
export const seen: {
  serve: Serve | null;
  address: string | null;
  bridge: Bridge | null;
  forked: ChildProcess[];
  box: string | null;
} = { serve: null, address: null, bridge: null, forked: [], box: null };

class App extends EventEmitter {
  readonly isPackaged = true;
  readonly requestSingleInstanceLock = () => true;
  readonly enableSandbox = nothing;
  readonly whenReady = () => Promise.resolve();
  readonly exit = (code: number) => process.exit(code);
  quit(): void {
    let prevented = false;
    this.emit('will-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) process.exit(0);
  }
}

export const app = new App();
export const powerMonitor = new EventEmitter();
export const ipcMain = Object.assign(new EventEmitter(), {
  handle: (channel: string, answer: Answer) => void answers.set(channel, answer),
});
export const ipcRenderer = Object.assign(new EventEmitter(), {
  invoke: async (channel: string, ...args: unknown[]) =>
    structuredClone(await answers.get(channel)?.(event, ...(structuredClone(args) as unknown[]))),
  send: (channel: string) => void ipcMain.emit(channel, event),
});
export const contextBridge = {
  exposeInMainWorld: (_name: string, bridge: Bridge) => void (seen.bridge = bridge),
};
export const protocol = {
  registerSchemesAsPrivileged: nothing,
  handle: (_scheme: string, serve: Serve) => void (seen.serve = serve),
};
export const net = { fetch: async (url: string) => new Response(await readFile(fileURLToPath(url))) };
export const session = {
  defaultSession: {
    setPermissionRequestHandler: nothing,
    setPermissionCheckHandler: nothing,
    setDevicePermissionHandler: nothing,
  },
};
export const powerSaveBlocker = { start: () => 1, stop: nothing, isStarted: () => false };
export const shell = { openExternal: nothing };
export const dialog = {
  showErrorBox: (title: string, text: string) => void (seen.box = `${title}: ${text}`),
};
export const nativeTheme = { shouldUseDarkColors: false, themeSource: 'system' };
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1280, height: 800 } }] };
export const Menu = { setApplicationMenu: nothing, buildFromTemplate: (template: unknown) => template };

export class BrowserWindow extends EventEmitter {
  static readonly getAllWindows = (): BrowserWindow[] => [];
  readonly isMinimized = () => false;
  readonly focus = nothing;
  readonly maximize = nothing;
  readonly show = nothing;
  loadURL(url: string): Promise<void> {
    seen.address = url;
    return Promise.resolve();
  }
}

export const utilityProcess = {
  fork(entry: string, args: string[], { env }: { env: NodeJS.ProcessEnv }) {
    const child = fork(entry, args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    seen.forked.push(child);
    return Object.assign(child, { postMessage: (message: object) => child.send(message) });
  },
};
