/** Bridges the API into the window, and nothing else: two functions, no Electron object leaves this file. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, Envelope, Push } from '#shared/contract.ts';

const bridge: Bridge = {
  call: (method, args) => ipcRenderer.invoke('credence:call', method, args) as Promise<Envelope>,
  subscribe(listener) {
    const receive = (_event: unknown, push: Push) => listener(push);
    ipcRenderer.on('credence:push', receive);
    ipcRenderer.send('credence:listen');
    return () => void ipcRenderer.off('credence:push', receive);
  },
};

contextBridge.exposeInMainWorld('credence', bridge);
