/** Samples of any task as plain text. */
import type { TestSample, Sample } from './corpus.ts';
import { visible } from './plain-text.ts';

/** A document as its text, a picture or a point in words. */
export function sampleText(sample: Sample): string {
  if ('parts' in sample) return sample.parts.map(({ text }) => text).join('');
  return 'picture' in sample ? sample.caption : sample.point;
}

/** A test question in one piece, its answer after an arrow. */
export function questionText(sample: TestSample): string {
  if (!('prompt' in sample)) return sampleText(sample);
  return `${sample.prompt.map(({ text }) => text).join('')} → ${visible(sample.golds.join('; '))}`;
}
