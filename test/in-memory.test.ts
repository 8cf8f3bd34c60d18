/** What tests that were killed left in memory goes when the next begin, and nothing else does. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { currentOwner } from '#main/history/owner.ts';
import { temporaryFolder } from './credence.ts';
import { OWNER, removeLeftOver } from './in-memory.ts';

/** A folder of a process, or of nobody who is named. */
function leave(memory: string, name: string, owner?: object): void {
  mkdirSync(path.join(memory, name, 'credence-test-1'), { recursive: true });
  if (owner) writeFileSync(path.join(memory, name, OWNER), JSON.stringify(owner));
}

it.runIf(currentOwner().start !== null)('removes the folders of processes that are gone', () => {
  const memory = temporaryFolder();
  const us = currentOwner();
  const marks = us.start?.split(' ') ?? [];
  const marked = (at: number, mark: string) => ({ ...us, start: marks.with(at, mark).join(' ') });
  leave(memory, 'ct-ours', us);
  // The number of a process is given to another one, which started at another time.
  leave(memory, 'ct-gone', marked(3, '1'));
  leave(memory, 'ct-elsewhere', marked(1, 'pid:[1]'));
  leave(memory, 'ct-nobody');
  leave(memory, 'other', marked(3, '1'));
  removeLeftOver(memory);
  expect(readdirSync(memory).sort()).toEqual(['ct-elsewhere', 'ct-nobody', 'ct-ours', 'other']);
});
