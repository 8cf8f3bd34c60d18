/** The live part of a Node process's heap: what is left once garbage is collected, asked through its inspector. */
import WebSocket from 'ws';
import { until } from '#test/credence.ts';
import type { ServedApp } from './app.ts';

export interface Heap {
  /** Collects garbage in that process, then counts. @returns bytes */
  live(): Promise<number>;
  close(): void;
}

/** Opens the inspector of the app's main process, on the loopback interface. */
export async function openHeap({ pid, output }: ServedApp): Promise<Heap> {
  process.kill(pid, 'SIGUSR1');
  const listening = /Debugger listening on (ws:\S+)/;
  await until(() => listening.test(output()), 'the inspector');
  const socket = new WebSocket(listening.exec(output())?.[1] ?? '');
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const answers = new Map<number, (result: unknown) => void>();
  socket.on('message', (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString('utf8')) as { id?: number; result?: unknown };
    if (id !== undefined) answers.get(id)?.(result);
  });
  let sent = 0;
  const send = (method: string, params = {}) =>
    new Promise<unknown>((resolve) => {
      answers.set(++sent, resolve);
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  await send('HeapProfiler.enable');
  return {
    async live() {
      await send('HeapProfiler.collectGarbage');
      const expression = 'process.memoryUsage().heapUsed';
      const { result } = (await send('Runtime.evaluate', { expression })) as { result: { value: number } };
      answers.clear();
      return result.value;
    },
    close: () => socket.close(),
  };
}
