/** How a training process hears its host: Node's IPC when forked, a message port as a utility process. */
import type { FromTrainer, ToTrainer } from './protocol.ts';

export interface Channel {
  onMessage(listener: (message: ToTrainer) => void): void;
  /** Resolves when the message has been handed over. */
  send(message: FromTrainer): Promise<void>;
  /** Nothing more will be said. */
  close(): void;
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: ToTrainer }) => void): void;
  postMessage(message: FromTrainer): void;
}

/** The channel to whichever host started this process; it ends with its host. */
export function hostChannel(): Channel {
  const port = (process as { parentPort?: ParentPort }).parentPort;
  return port ? utilityChannel(port) : forkChannel();
}

/** Electron ends a utility process when its host goes away. */
function utilityChannel(port: ParentPort): Channel {
  return {
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    send(message) {
      port.postMessage(message);
      // A port tells nothing about delivery: a turn of the event loop lets the message go.
      return new Promise((resolve) => setImmediate(resolve));
    },
    close: () => {},
  };
}

function forkChannel(): Channel {
  process.on('disconnect', () => process.exit(0));
  return {
    onMessage: (listener) => process.on('message', listener),
    send: (message) =>
      new Promise((resolve) => {
        if (process.connected) process.send!(message, undefined, {}, () => resolve());
        else resolve();
      }),
    close: () => process.connected && process.disconnect(),
  };
}
