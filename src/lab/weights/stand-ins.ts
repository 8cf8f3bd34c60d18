/** What is saved in place of a file by mistake: the pointer that git keeps, or the web page about it. */
import { readSync } from 'node:fs';
import { UserError } from '#shared/errors.ts';

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';
const BEGINNING = 64;

/** What a file holds in place of what its name says; null where it is neither pointer nor page. */
export function notWeights(file: number, path: string): UserError | null {
  const bytes = Buffer.alloc(BEGINNING);
  const text = bytes.toString('latin1', 0, readSync(file, bytes, 0, BEGINNING, 0));
  if (text.startsWith(LFS_POINTER))
    return new UserError(
      'weights.lfs-pointer',
      `${path} is a pointer of git LFS, not the file itself: run "git lfs pull" in its folder`,
    );
  if (/^\s*<(!doctype|html)/i.test(text))
    return new UserError(
      'weights.web-page',
      `${path} is a web page, not the file itself: download it again, by its "download" link`,
    );
  return null;
}
