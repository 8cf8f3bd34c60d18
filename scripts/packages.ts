/**
 * The packages that ship, as the lock file has them: licences, where they come from, what they run when installed
 * (`npm run check:packages`), and with `--list` each with its licence. `npm run audit` asks the registry for known holes.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import satisfies from 'spdx-satisfies';
import { LICENCES_READ } from './licences.ts';

/** Licences under which a package may be part of a program under MIT. */
const ALLOWED = [
  ...['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BSL-1.0'],
  ...['CC0-1.0', 'Unlicense', 'BlueOak-1.0.0', 'Python-2.0', 'Zlib'],
  // Inter: a font may be bundled with any program, and is not sold by itself (OFL-1.1, condition 1).
  'OFL-1.1',
  // resvg-wasm: copyleft file by file; it ships as it is, says so and where its source is (MPL-2.0, sections 3.1 to 3.3).
  'MPL-2.0',
];
const REGISTRY = 'https://registry.npmjs.org/';

interface LockedPackage {
  version?: string;
  license?: string;
  resolved?: string;
  integrity?: string;
  dev?: boolean;
  link?: boolean;
  hasInstallScript?: boolean;
}

interface Locked {
  name: string;
  at: LockedPackage;
}

/** Every package of a lock file that is not a folder of this repository. */
export function lockedPackages(lock: { packages: Record<string, LockedPackage> }): Locked[] {
  return Object.entries(lock.packages)
    .filter(([place, { link }]) => place.includes('node_modules/') && !link)
    .map(([place, at]) => ({ name: place.slice(place.lastIndexOf('node_modules/') + 13), at }));
}

/** What is wrong with them, in words. @param scripts packages of which it is decided whether they run scripts */
export function packageFaults(packages: readonly Locked[], scripts: readonly string[]): string[] {
  return packages.flatMap(({ name, at }) => [
    ...(at.dev || isAllowed(at.license ?? LICENCES_READ[name])
      ? []
      : [`${name}: its licence is ${at.license ?? 'not told'}; none of ${ALLOWED.join(', ')}`]),
    // Without an address it is that of the registry (npm's omit-lockfile-registry-resolved).
    ...((at.resolved ?? REGISTRY).startsWith(REGISTRY)
      ? []
      : [`${name}: comes from ${at.resolved}, not from ${REGISTRY}`]),
    ...(at.integrity?.startsWith('sha512-') ? [] : [`${name}: has no SHA-512 in package-lock.json`]),
    ...(at.hasInstallScript && !scripts.includes(name)
      ? [`${name}: has an install script; say in allowScripts of package.json whether it may run`]
      : []),
  ]);
}

function isAllowed(license: string | undefined): boolean {
  try {
    return license !== undefined && satisfies(license, ALLOWED);
  } catch {
    // No expression of SPDX.
    return false;
  }
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, '..', name), 'utf8')) as T;
}

function main(args: readonly string[]): void {
  const packages = lockedPackages(readJson('package-lock.json'));
  const { allowScripts } = readJson<{ allowScripts: Record<string, boolean> }>('package.json');
  if (packages.length === 0) throw new Error('package-lock.json holds no package');
  const shipped = packages.filter(({ at }) => !at.dev);
  if (args.includes('--list'))
    for (const { name, at } of shipped)
      console.log(`${name} ${at.version}: ${at.license ?? LICENCES_READ[name]}`);
  const faults = packageFaults(packages, Object.keys(allowScripts));
  for (const fault of faults) console.error(fault);
  console.log(`${packages.length} packages, ${shipped.length} of them shipped: ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) main(process.argv.slice(2));
