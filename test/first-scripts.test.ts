/** What a window reads until its list is drawn: no more than the list needs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../scripts/published.ts';

const RENDERER = path.join(ROOT, 'out', 'renderer');

/** Bytes; an import too many brings a library, which is more than what is left here. */
const MOST = 190_000;

it('begins with neither the schema of configs nor statistics nor charts', () => {
  const page = readFileSync(path.join(RENDERER, 'index.html'), 'utf8');
  const files = Array.from(page.matchAll(/(?:src|href)="(\.\/assets\/[^"]+\.js)"/g), ([, file]) => file!);
  const script = files.map((file) => readFileSync(path.join(RENDERER, file), 'utf8')).join('\n');
  expect(script).toContain('experiments.newest');
  for (const telling of ['invalid_type', 'betainc', 'LineController', 'Adafactor as Hugging'])
    expect(script.includes(telling), telling).toBe(false);
  expect(script.length).toBeLessThan(MOST);
});
