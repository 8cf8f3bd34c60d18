/** Worker threads: tables are read and corpora built beside the event loop, with progress, and can be cancelled. */
import { describe, expect, it } from 'vitest';
import { startThread } from '#main/work/thread.ts';
import { createWorkbench } from '#main/work/workbench.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import type { CsvConfig } from '#shared/config.ts';
import { temporaryFolder, until, writeIn } from './credence.ts';
import { openService } from './service.ts';

function table(rows: number): string {
  const line = (i: number) => `Entity ${i},some words,1${i % 97},a;b,"quoted, cell",x${i % 7},y,z`;
  const lines = Array.from({ length: rows }, (_, i) => line(i));
  return `name,a,b,c,d,e,f,g\n${lines.join('\n')}\n`;
}

const csv = (path: string) => resolveConfig({ dataset: { kind: 'csv', path } }).dataset as CsvConfig;

describe('a task in a thread', () => {
  it('answers, tells its progress, and leaves the event loop turning', async () => {
    const shares: number[] = [];
    const workbench = createWorkbench((name, share) => void (name === 'look' && shares.push(share)));
    const config = csv(writeIn(temporaryFolder(), 'large.csv', table(60_000)));
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const seen = await workbench.run('inspect', { config, rows: 3 }, 'look');
    clearInterval(timer);
    expect(seen).toMatchObject({ entity: 'name', report: { rowsRead: 60_000, rowsKept: 60_000 } });
    expect(seen.rows).toHaveLength(3);
    expect(turns).toBeGreaterThan(5);
    expect(shares.length).toBeGreaterThan(0);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
    await workbench.close();
  });

  it('is cancelled by name, or by a newer one of that name; others are left alone', async () => {
    const workbench = createWorkbench(() => {});
    const folder = temporaryFolder();
    const [large, small] = [
      csv(writeIn(folder, 'large.csv', table(200_000))),
      csv(writeIn(folder, 's.csv', table(5))),
    ];
    const look = (config: CsvConfig, name: string) => workbench.run('inspect', { config, rows: 1 }, name);
    const code = (work: Promise<unknown>) => work.then(String, (error: { code: string }) => error.code);
    const other = look(large, 'other');
    const first = code(look(large, 'look'));
    const newer = look(small, 'look');
    expect(await first).toBe('task.cancelled');
    expect((await newer).report?.rowsKept).toBe(5);
    const again = code(look(large, 'look'));
    workbench.cancel('look');
    workbench.cancel('never started');
    expect(await again).toBe('task.cancelled');
    expect((await other).report?.rowsKept).toBe(200_000);
    await workbench.close();
  });

  it('fails as it would here: with the error that names the field', async () => {
    const workbench = createWorkbench(() => {});
    const work = workbench.run('inspect', { config: csv('/nowhere/x.csv'), rows: 1 });
    await expect(work).rejects.toMatchObject({ name: 'UserError', code: 'dataset.missing' });
    await workbench.close();
  });

  it('that needs more memory than there is says so, and nothing else ends', async () => {
    const thread = startThread({ maxOldGenerationSizeMb: 24 });
    const config = csv(writeIn(temporaryFolder(), 'large.csv', table(200_000)));
    await expect(thread.run('inspect', { config, rows: 1 }, () => {})).rejects.toMatchObject({
      code: 'task.memory',
      message: expect.stringMatching(/^dataset: .*max_entities/) as string,
    });
    await until(() => !thread.alive, 'the end of the thread');
  });

  it('is cancelled when the program closes', async () => {
    const workbench = createWorkbench(() => {});
    const config = csv(writeIn(temporaryFolder(), 'large.csv', table(200_000)));
    const work = workbench.run('inspect', { config, rows: 1 });
    const refused = expect(work).rejects.toMatchObject({ code: 'task.cancelled' });
    await workbench.close();
    await refused;
  });
});

describe('the API', () => {
  it('reports how far a call is and cancels it', async () => {
    const { api, of } = openService();
    const path = writeIn(temporaryFolder(), 'large.csv', table(200_000));
    const dataset = { kind: 'csv', path };
    const refused = expect(api.call('datasets.inspect', { dataset, task: 'tab 1' })).rejects.toMatchObject({
      code: 'task.cancelled',
      field: null,
    });
    await until(() => of('task').some(({ task }) => task === 'tab 1'), 'progress');
    await api.call('tasks.cancel', { task: 'tab 1' });
    await refused;
    await api.close();
  });
});
