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

/** Name, version and licence of a package. */
function nameOf(folder: string): string {
  const manifest = readFileSync(path.join(folder, 'package.json'), 'utf8');
  const { name, version, license } = JSON.parse(manifest) as Record<'name' | 'version' | 'license', string>;
  return `${name} ${version} (${license})`;
}

/** What its licence files say. */
function textOf(folder: string): string {
  const files = globSync('{LICENSE,LICENCE,license,licence,NOTICE}*', { cwd: folder });
  return files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim()).join('\n\n');
}
