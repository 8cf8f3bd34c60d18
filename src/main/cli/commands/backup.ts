/** `credence backup` and `credence restore`. */
import { sizeText } from '#shared/counting.ts';
import { backUp, backupsOf, restoreBackup } from '../../history/backups.ts';
import { defaultDatabasePath } from '../../history/paths.ts';
import { dim, print, printJson, table } from '../output.ts';

interface BackupOptions {
  db?: string;
  json?: boolean;
}

/** Copies the history into a file; without one, lists the copies that were made by themselves. */
export function backupCommand(file: string | undefined, { db, json }: BackupOptions): void {
  const database = db ?? defaultDatabasePath();
  if (file === undefined) return listBackups(database, json);
  const made = backUp(database, file);
  if (json) return printJson(made);
  print(`wrote ${made.path} (${sizeText(made.bytes)}): the history without weights, which lie in files`);
}

function listBackups(database: string, json: boolean | undefined): void {
  const backups = backupsOf(database);
  if (json) return printJson(backups);
  if (backups.length === 0)
    return print(
      `No backup of ${database} yet: one is made each day on which something trains or the app is open.\n"credence backup FILE" makes one now.`,
    );
  print(
    table(
      ['made', 'size', 'file'],
      backups.map(({ made_at, bytes, path }) => [made_at.replace('T', ' '), sizeText(bytes), path]),
      [1],
    ),
  );
  print(dim('"credence restore FILE" brings one back.'));
}

/** Puts a copy in the place of the history. */
export function restoreCommand(file: string, { db, json }: BackupOptions): void {
  const database = db ?? defaultDatabasePath();
  const aside = restoreBackup(database, file);
  if (json) return printJson({ restored: database, from: file, replaced: aside });
  print(`${database} is now what ${file} holds`);
  if (aside) print(`what was there before lies in ${aside}`);
}
