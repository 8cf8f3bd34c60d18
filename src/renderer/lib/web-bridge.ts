/** The bridge under `credence serve`: requests over HTTP, pushes over a WebSocket that reconnects. */
import type { Bridge, Envelope, Push } from '#shared/contract.ts';
import { connection } from './connection.svelte.ts';

const FIRST_DELAY = 250;
const LONGEST_DELAY = 5000;

const UNREACHABLE: Envelope = {
  ok: false,
  error: {
    name: 'Unreachable',
    code: 'api.unreachable',
    message: 'Credence does not answer. Is "credence serve" still running?',
    field: null,
  },
};

export function webBridge(): Bridge {
  return { call: post, subscribe: follow };
}

async function post(method: string, args: unknown): Promise<Envelope> {
  try {
    const response = await fetch(`/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    return (await response.json()) as Envelope;
  } catch {
    return UNREACHABLE;
  }
}

function follow(listener: (push: Push) => void): () => void {
  let socket: WebSocket | null = null;
  let delay = FIRST_DELAY;
  let ended = false;
  const connect = () => {
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/events`);
    socket.onopen = () => {
      delay = FIRST_DELAY;
      connection.opened();
    };
    socket.onmessage = ({ data }) => listener(JSON.parse(String(data)) as Push);
    socket.onclose = () => {
      if (ended) return;
      connection.lost();
      setTimeout(connect, delay);
      delay = Math.min(delay * 2, LONGEST_DELAY);
    };
  };
  connect();
  return () => {
    ended = true;
    socket?.close();
  };
}
