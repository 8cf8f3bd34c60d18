/** What the system asks the app to open: a `.credence` file that was double-clicked, a `credence:` link. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE_ENDING } from '#shared/bundles.ts';
import type { Events } from '#shared/contract.ts';
import type { Listener } from './ipc.ts';

export type Asked = Events['open'];

/** A place in the window, as in its address. Links come from anywhere: they show something, and change nothing. */
const LINK = /^credence:(?:\/\/)?((?:runs|compare)(?:\/s?\d{1,9}(?:,s?\d{1,9}){0,99})?|queue|design)\/?$/i;

/**
 * What a command line asks for; its other words are the system's own.
 * @param argv with the program first
 * @param folder that relative names begin in
 */
export function askedBy(argv: readonly string[], folder: string): Asked[] {
  return argv.slice(1).flatMap((word): Asked[] => {
    if (/^credence:/i.test(word)) return askedByLink(word);
    const file = fileOf(word);
    const isBundle = !word.startsWith('-') && path.extname(file).toLowerCase() === BUNDLE_ENDING;
    return isBundle ? [{ file: path.resolve(folder, file), place: null }] : [];
  });
}

/** A link that names no place of the window asks for nothing. */
export function askedByLink(link: string): Asked[] {
  const place = LINK.exec(link)?.[1];
  return place === undefined ? [] : [{ file: null, place: place.toLowerCase() }];
}

/** Linux hands files over as addresses. */
function fileOf(word: string): string {
  if (!word.startsWith('file:')) return word;
  try {
    return fileURLToPath(word);
  } catch {
    return '';
  }
}

export interface Opening {
  ask(asked: readonly Asked[]): void;
  /** A window listens now. */
  listening(window: Listener): void;
}

/** Hands what is asked for to the window; before there is one, it waits. */
export function createOpening(): Opening {
  let window: Listener | null = null;
  let waiting: Asked[] = [];
  const hand = () => {
    if (!window) return;
    for (const payload of waiting) window.send('credence:push', { event: 'open', payload });
    waiting = [];
  };
  return {
    ask(asked) {
      waiting.push(...asked);
      hand();
    },
    listening(listener) {
      window = listener;
      listener.once('destroyed', () => {
        if (window === listener) window = null;
      });
      hand();
    },
  };
}
