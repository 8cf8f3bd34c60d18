/**
 * Draws the app's icons from the window's own (src/renderer/public/icon.svg) with Chromium: a PNG of each size for
 * Linux, and the containers of PNGs that macOS and Windows read. Run it after the picture was changed:
 *   npm run icons
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM } from '../test/e2e/browser.ts';
import { ROOT } from './published.ts';

const FOLDER = path.join(ROOT, 'resources', 'icons');
const LINUX = [16, 32, 48, 64, 128, 256, 512];
/** Apple's name of each size. */
const APPLE = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' };
const WINDOWS = [16, 32, 48, 64, 128, 256];

const svg = readFileSync(path.join(ROOT, 'src', 'renderer', 'public', 'icon.svg'), 'utf8');
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const drawn = new Map<number, Buffer>();
for (const size of [...LINUX, 1024]) drawn.set(size, await draw(size));
await browser.close();

mkdirSync(FOLDER, { recursive: true });
for (const size of LINUX) writeFileSync(path.join(FOLDER, `${size}x${size}.png`), png(size));
writeFileSync(path.join(FOLDER, 'icon.icns'), icns());
writeFileSync(path.join(FOLDER, 'icon.ico'), ico());

function png(size: number): Buffer {
  const picture = drawn.get(size);
  if (!picture) throw new Error(`no picture of ${size} pixels was drawn`);
  return picture;
}

async function draw(size: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  await page.setContent(
    `<body style="margin:0;background:none"><img src="${source}" width="${size}" height="${size}" style="display:block">`,
  );
  await page.locator('img').evaluate((image: HTMLImageElement) => image.decode());
  const picture = await page.screenshot({ omitBackground: true });
  await page.close();
  return picture;
}

/** `icns`, the length of all, then each picture under its name with its length. */
function icns(): Buffer {
  const parts = Object.entries(APPLE).map(([size, name]) => {
    const picture = png(Number(size));
    return Buffer.concat([Buffer.from(name), uint32(picture.length + 8), picture]);
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from('icns'), uint32(body.length + 8), body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A table of pictures (size 0 is 256), then the pictures. */
function ico(): Buffer {
  const head = Buffer.from([0, 0, 1, 0, WINDOWS.length, 0]);
  let offset = head.length + 16 * WINDOWS.length;
  const entries = WINDOWS.map((size) => {
    const entry = Buffer.alloc(16);
    entry.set([size % 256, size % 256, 0, 0, 1, 0, 32, 0]);
    entry.writeUInt32LE(png(size).length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += png(size).length;
    return entry;
  });
  return Buffer.concat([head, ...entries, ...WINDOWS.map(png)]);
}
