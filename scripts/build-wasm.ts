/** Writes the bytes of the WebAssembly kernels beside their text: `npm run build:wasm`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const folder = new URL('../src/lab/engines/onnx/in-place/', import.meta.url);
const file = (name: string) => fileURLToPath(new URL(name, folder));

const { parseWat } = await wabt();
const kernel = parseWat('adamw.wat', readFileSync(file('adamw.wat'), 'utf8'), { simd: true });
const { buffer } = kernel.toBinary({});
const text =
  Buffer.from(buffer)
    .toString('base64')
    .match(/.{1,100}/g) ?? [];
writeFileSync(
  file('adamw-bytes.ts'),
  [
    '/** adamw.wat in binary form, base64; made by `npm run build:wasm`. */',
    'export const ADAMW_BYTES =',
    `${text.map((line) => `  '${line}'`).join(' +\n')};`,
    '',
  ].join('\n'),
);
console.log(`adamw-bytes.ts: ${buffer.length} bytes`);
