/** Queries about pre-registrations: they are added and read; nothing here changes or removes one. */
import type { Database } from 'better-sqlite3';
import { unlocked, type Registration } from '#shared/registration.ts';

export type RegistrationQueries = ReturnType<typeof registrationQueries>;

type Row = Omit<Registration, 'plan'>;

export function registrationQueries(db: Database) {
  return {
    /** Keeps a locked plan. @returns its number */
    addRegistration: (text: string, hash: string): number => insertRegistration(db, text, hash),

    /** Every registration, the oldest first. */
    registrations: (): Registration[] => readRegistrations(db),

    /** Numbers that are gone: something other than this program removed them. */
    missingRegistrations(): number[] {
      const last = db
        .prepare("SELECT seq FROM sqlite_sequence WHERE name = 'registrations'")
        .pluck()
        .get() as number | undefined;
      const there = new Set(readRegistrations(db).map(({ id }) => id));
      return Array.from({ length: last ?? 0 }, (_, i) => i + 1).filter((id) => !there.has(id));
    },

    /** What experiments go by in every history that they are moved to; deleted ones are left out. */
    experimentUids: (): Map<string, number> =>
      new Map(
        db
          .prepare<[], { uid: string; id: number }>(
            'SELECT uid, id FROM experiments WHERE deleted_at IS NULL',
          )
          .all()
          .map(({ uid, id }) => [uid, id]),
      ),
  };
}

function insertRegistration(db: Database, text: string, hash: string): number {
  const { lastInsertRowid } = db
    .prepare('INSERT INTO registrations (text, hash) VALUES (?, ?)')
    .run(text, hash);
  return Number(lastInsertRowid);
}

function readRegistrations(db: Database): Registration[] {
  return db.prepare<[], Row>('SELECT id, text, hash FROM registrations ORDER BY id').all().map(unlocked);
}

/**
 * Copies the registrations of experiments from one history into another, under new numbers; those that are there
 * already stay. A text that is not the one that was locked comes as it is, and is told there as it is here.
 * @param uids of the experiments
 */
export function moveRegistrations(from: Database, to: Database, uids: ReadonlySet<string>): void {
  const known = to.prepare('SELECT 1 FROM registrations WHERE hash = ?');
  for (const { text, hash, plan } of readRegistrations(from)) {
    const concerned = plan === null || plan.experiments.some(({ uid }) => uids.has(uid));
    if (concerned && known.get(hash) === undefined) insertRegistration(to, text, hash);
  }
}
