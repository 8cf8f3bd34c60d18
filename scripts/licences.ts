/** A Vite plugin: the licences of all packages whose code is in a bundle, in a file beside it, as they ask for. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/** The folder of a package in a module's path: the last one, of those that lie in each other. */
const PACKAGE = /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+(?=[/\\])/;

export function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle() {
      const folders = [...this.getModuleIds()].flatMap(
        (id) => PACKAGE.exec(id.replace(/^\0/, ''))?.[0] ?? [],
      );
      const texts = [...new Set(folders)].filter((folder) => existsSync(path.join(folder, 'package.json')));
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: grouped(texts) });
    },
  };
}

/** Many share one text: it stands once, under all their names. */
function grouped(folders: readonly string[]): string {
  const byText = Map.groupBy(folders, textOf);
  return [...byText].map(([text, same]) => `${same.map(nameOf).sort().join('\n')}\n\n${text}\n`).join('\n');
}

interface Manifest {
  name: string;
  version: string;
  license?: string;
  repository?: string | { url: string };
}

/** Licences that a manifest leaves out, as the package's LICENSE file has them. */
export const LICENCES_READ: Record<string, string> = { 'png-js': 'MIT' };

function manifestOf(folder: string): Manifest & { license: string } {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  return { ...manifest, license: manifest.license ?? LICENCES_READ[manifest.name] ?? 'not told' };
}

/** Name, version and licence of a package. */
function nameOf(folder: string): string {
  const { name, version, license } = manifestOf(folder);
  return `${name} ${version} (${license})`;
}

/** What its licence files say; of a package that has none, where its licence and its source are. */
export function textOf(folder: string): string {
  const files = globSync('{LICENSE,LICENCE,license,licence,NOTICE}*', { cwd: folder });
  if (files.length > 0)
    return files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim()).join('\n\n');
  const { license, repository } = manifestOf(folder);
  const source = typeof repository === 'object' ? repository.url : repository;
  return `The package has no text of its licence, which is at https://spdx.org/licenses/${license}.html; its source: ${source ?? 'not told'}`;
}
