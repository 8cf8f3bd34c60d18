/**
 * The open app and the command line writing to one history for minutes (`npm run torture -- --together MINUTES`):
 * nothing may fail, and every row that was confirmed must be there once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { credence, TINY, writeIn } from '#test/credence.ts';
import { tiny } from '#test/service.ts';
import { idle, serveApp, type ServedApp } from './app.ts';
import { look } from './look.ts';

/** What was confirmed, and what went wrong. */
interface Ledger {
  experiments: string[];
  notes: string[];
  calls: number;
  commands: number;
  faults: string[];
}

/** Runs of each experiment. */
const SEEDS = 2;
/** Writers of each side. */
const WRITERS = 2;

/** @returns faults in words, none where all went well */
export async function together(minutes: number): Promise<string[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'credence-together-'));
  const ledger: Ledger = { experiments: [], notes: [], calls: 0, commands: 0, faults: [] };
  const app = await serveApp(home);
  const end = performance.now() + minutes * 60_000;
  const writers = Array.from({ length: WRITERS }, (_, who) => [
    repeat(end, ledger, (round) => inApp(app, `app ${who} ${round}`, ledger)),
    repeat(end, ledger, (round) => byCommand(home, `command ${who} ${round}`, ledger)),
  ]);
  try {
    await Promise.all(writers.flat());
    await idle(app);
  } finally {
    await app.close();
  }
  ledger.faults.push(...blocked(app.output()), ...missing(home, ledger));
  const { experiments, notes, calls, commands, faults } = ledger;
  console.log(
    `${calls} calls and ${commands} commands: ${experiments.length} experiments of ${SEEDS} runs, ${notes.length} notes`,
  );
  if (faults.length === 0) rmSync(home, { recursive: true, force: true });
  return faults;
}

async function repeat(end: number, ledger: Ledger, act: (round: number) => Promise<void>): Promise<void> {
  for (let round = 1; performance.now() < end && ledger.faults.length < 20; round++) {
    try {
      await act(round);
    } catch (error) {
      ledger.faults.push(error instanceof Error ? error.message : String(error));
    }
  }
}

/** An experiment that the app trains, with notes and labels while it does. */
async function inApp(app: ServedApp, name: string, ledger: Ledger): Promise<void> {
  const { experiment, runs } = await app.call('experiments.create', { config: tiny({ name, seeds: SEEDS }) });
  ledger.experiments.push(name);
  for (let at = 1; at <= 10; at++) {
    await app.call('experiments.addNote', { id: experiment.id, text: `${name} note ${at}` });
    ledger.notes.push(`${name} note ${at}`);
    await app.call('experiments.label', { ids: [experiment.id], add: [`label ${at}`] });
    await app.call('experiments.list', {});
    ledger.calls += 3;
  }
  const over = async () => {
    const detail = await app.call('experiments.get', { id: experiment.id });
    return detail.runs.every(({ state }) => state === 'done');
  };
  for (let looks = 0; !(await over()); looks++) {
    if (looks > 1200) throw new Error(`${name}: ${runs.length} runs are not done`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** An experiment that a command trains in its own processes, and commands that read and write beside it. */
async function byCommand(home: string, name: string, ledger: Ledger): Promise<void> {
  const file = writeIn(home, `${name}.yaml`, TINY.replace('name: tiny', `name: ${name}`));
  const commands = [['run', file], ['list'], ['show', '1'], ['backup'], ['compare', '1', '2']];
  for (const args of commands) {
    const { code, stdout, stderr } = await credence(args, home);
    ledger.commands++;
    if (code !== 0) throw new Error(`credence ${args.join(' ')}: ${code}: ${stderr || stdout}`);
    ledger.faults.push(...blocked(stdout + stderr));
  }
  ledger.experiments.push(name);
}

function blocked(said: string): string[] {
  const line = said.split('\n').find((text) => /locked|SQLITE_BUSY|no sign of life/i.test(text));
  return line === undefined ? [] : [`it said: ${line}`];
}

/** What is not there, or more than once. */
function missing(home: string, { experiments, notes }: Ledger): string[] {
  const { integrity, runs } = look(home, { whole: true });
  const db = new Database(path.join(home, 'history.sqlite'), { readonly: true });
  const all = (sql: string) => db.prepare<[], string>(sql).pluck().all();
  const named = all('SELECT name FROM experiments');
  const texts = all('SELECT text FROM notes');
  const evaluations = all('SELECT count(*) FROM evaluations GROUP BY run');
  db.close();
  const once = (what: string, expected: readonly string[], found: readonly string[]) =>
    expected
      .filter((name) => found.filter((other) => other === name).length !== 1)
      .map((name) => `${what} "${name}" is there ${found.filter((other) => other === name).length} times`);
  const undone = runs.filter(({ state }) => state !== 'done').length;
  return [
    ...(integrity === 'ok' ? [] : [`integrity_check says ${integrity}`]),
    ...once('experiment', experiments, named),
    ...once('note', notes, texts),
    ...(undone === 0 && runs.length === SEEDS * experiments.length
      ? []
      : [`${undone} of ${runs.length} runs are not done; ${SEEDS * experiments.length} were asked for`]),
    ...(new Set(evaluations).size === 1
      ? []
      : [`runs have ${[...new Set(evaluations)].join(', ')} evaluations`]),
  ];
}
