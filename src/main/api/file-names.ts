/** Names of files that any system takes, for what the user has named. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** A file name that any system takes, for something the user has named. */
export function fileNameOf(name: string, extension: string): string {
  const stem = name
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return `${stem || 'credence'}.${extension}`;
}

/**
 * A place in the folder of exports where nothing is yet: with a number where there is something of that name.
 * @param ending with its dot; none for a folder
 */
export function freshExport(home: string, name: string, ending = ''): string {
  const stem = fileNameOf(name, '').replace(/\.$/, '');
  for (let n = 1; ; n++) {
    const place = path.join(home, 'exports', `${stem}${n === 1 ? '' : `-${n}`}${ending}`);
    if (!existsSync(place)) return place;
  }
}
