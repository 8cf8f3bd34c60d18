/** Digits in memory, whichever source they come from. */
import { createHash, hash } from 'node:crypto';
import type { Choice, DigitReport } from '#shared/records.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import { shareOf } from '#shared/subset-sizes.ts';

/** Pixels of a digit's side, in both sources. */
export const DIGIT_SIZE = 28;
export const DIGIT_PIXELS = DIGIT_SIZE * DIGIT_SIZE;
export const CLASSES = 10;

export interface DigitBank {
  /** Digit after digit, row after row, 0 (paper) to 255 (ink). */
  pixels: Uint8Array;
  /** Class of each digit, 0 to 9. */
  labels: Uint8Array;
  /** The digits before this one are for training, the others for evaluation; null where a seed divides them. */
  trained: number | null;
  source: Choice<'files' | 'package'>;
}

/** Indices of digits, by class. */
export type ByClass = readonly Int32Array[];

export interface DigitSplit {
  training: ByClass;
  evaluation: ByClass;
  /** Evaluation digits that are left out because the very same picture is a training digit. */
  repeated: number;
}

/** SHA-256 (hex) of all digits, wherever they come from. */
export function digitHash({ pixels, labels, trained }: DigitBank): string {
  return createHash('sha256').update(JSON.stringify(trained)).update(labels).update(pixels).digest('hex');
}

/**
 * Divides digits into those that training draws and those that evaluation draws: never the same picture. Where the
 * source does not say, `heldOut` of each class is drawn with the seed, at least one, leaving at least one.
 * @throws UserError `dataset.digits` where a class has too few digits
 */
export function splitDigits(bank: DigitBank, heldOut: number, seed: number): DigitSplit {
  const { training, evaluation } =
    bank.trained === null ? drawn(bank, heldOut, seed) : published(bank, bank.trained);
  const known = new Set(
    training.flatMap((digits) => Array.from(digits, (digit) => pictureHash(bank, digit))),
  );
  const fresh = evaluation.map((digits) => digits.filter((digit) => !known.has(pictureHash(bank, digit))));
  checkClasses(bank, training, 'training');
  checkClasses(bank, fresh, 'evaluation');
  return { training, evaluation: fresh, repeated: total(evaluation) - total(fresh) };
}

/** Counts per class and which source was taken, for reports. */
export function digitReport({ source }: DigitBank, split: DigitSplit): DigitReport {
  const counts = (part: ByClass) => part.map(({ length }) => length);
  return {
    source,
    training: counts(split.training),
    evaluation: counts(split.evaluation),
    repeated: split.repeated,
  };
}

const total = (part: ByClass) => part.reduce((sum, { length }) => sum + length, 0);

function classes(labels: Uint8Array, from: number, to: number): Int32Array[] {
  const lists = Array.from({ length: CLASSES }, (): number[] => []);
  for (let digit = from; digit < to; digit++) lists[labels[digit]].push(digit);
  return lists.map((list) => Int32Array.from(list));
}

function published({ labels }: DigitBank, trained: number) {
  return { training: classes(labels, 0, trained), evaluation: classes(labels, trained, labels.length) };
}

function drawn({ labels }: DigitBank, heldOut: number, seed: number) {
  const parts = classes(labels, 0, labels.length).map((digits, label) => {
    const order = randomStream(seed, 'digits', 'held-out', label).shuffle([...digits]);
    const wanted = Math.min(Math.max(1, shareOf(heldOut, order.length)), order.length - 1);
    const sorted = (part: number[]) => Int32Array.from(part).sort();
    return { training: sorted(order.slice(wanted)), evaluation: sorted(order.slice(0, wanted)) };
  });
  return {
    training: parts.map(({ training }) => training),
    evaluation: parts.map(({ evaluation }) => evaluation),
  };
}

function pictureHash({ pixels }: DigitBank, digit: number): string {
  return hash('md5', pixels.subarray(digit * DIGIT_PIXELS, (digit + 1) * DIGIT_PIXELS), 'base64');
}

function checkClasses({ source }: DigitBank, part: ByClass, what: string): void {
  const missing = part.findIndex(({ length }) => length === 0);
  if (missing < 0) return;
  throw new UserError(
    'dataset.digits',
    `dataset.${source.value === 'files' ? 'path' : 'source'}: the ${what} digits hold no ${missing} (pictures that are also training digits do not count); take the published files as they are`,
  );
}
