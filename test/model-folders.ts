/** Tiny model folders, whole and damaged. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeModelFolder, type ModelToWrite } from '#lab/weights/write-model-folder.ts';

export const LFS_POINTER =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 538090408\n';

export const TINY_CONFIG = {
  model_type: 'llama',
  vocab_size: 8,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
};

/** Values that differ from one another, of three tensors with 32 + 6 + 1 values. */
export function tinyTensors() {
  const values = (count: number, from: number) =>
    Float32Array.from({ length: count }, (_, i) => from + i / 8);
  return [
    { name: 'embed.weight', shape: [8, 4], data: values(32, -2) },
    { name: 'layer.weight', shape: [2, 3], data: values(6, 10) },
    { name: 'norm.weight', shape: [1], data: values(1, 1) },
  ];
}

/** Writes a whole model folder with a tokenizer. */
export function tinyModel(folder: string, changes: Partial<ModelToWrite> = {}): string {
  writeModelFolder(folder, { config: TINY_CONFIG, tensors: tinyTensors(), ...changes });
  writeFileSync(path.join(folder, 'tokenizer.json'), '{"version":"1.0"}');
  return folder;
}

/** A folder with these files; values that are not text become JSON. */
export function folderOf(folder: string, files: Record<string, unknown>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

/** A safetensors file with any header, as bytes. */
export function safetensorsBytes(header: unknown, data: Uint8Array = new Uint8Array(0)): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

/** Cuts a file to its first bytes. */
export function cutFile(file: string, bytes: number): void {
  writeFileSync(file, readFileSync(file).subarray(0, bytes));
}
