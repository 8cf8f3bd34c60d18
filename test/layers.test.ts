/** The lint rules behind the layers: they must catch what they are there for, and nothing else. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeIn } from './credence.ts';

const ROOT = path.join(import.meta.dirname, '..');

const imports = (...files: string[]) => files.map((file) => `import '${file}';\n`).join('');
const SVELTE =
  "<script lang=\"ts\">\n  import { something } from '#lab/something.ts';\n  import fs from 'node:fs';\n  const x: number = something;\n</script>\n{x}{fs}\n";

/** Layers that know tasks, never one of them. */
const TASKLESS = ['lab/training', 'lab/steps', 'main/runs', 'main/history', 'main/report', 'shared/stats'];

/** Files below `src`, each with imports that are allowed and some that are not. */
const PROBES: Record<string, string> = {
  'shared/probe.ts': imports('#lab/something.ts', 'node:fs'),
  'lab/probe.ts': imports('better-sqlite3', '#main/something.ts'),
  'renderer/probe.ts': imports('#shared/something.ts', '#lab/something.ts', '../main/something.ts'),
  'renderer/Probe.svelte': SVELTE,
  'preload/probe.ts': imports('#main/something.ts', '../renderer/something.ts', 'zod'),
  'preload/allowed.ts': imports('#shared/something.ts', 'electron'),
  'main/probe.ts': imports('../../bench/something.ts', '../../scripts/something.ts'),
  'main/runs/hub.ts': imports('@huggingface/hub'),
  'main/network/hub.ts': imports('@huggingface/hub'),
  'main/allowed.ts': imports('#shared/something.ts', '#lab/something.ts'),
  'lab/tasks/language/probe.ts': imports('../images/something.ts', '../task.ts', './something.ts'),
  ...Object.fromEntries(
    TASKLESS.map((layer) => [
      `${layer}/tasks.ts`,
      imports(
        '../../lab/tasks/language/something.ts',
        '../../lab/corpus/something.ts',
        '../../lab/tasks/task.ts',
      ),
    ]),
  ),
};
const PLAIN = [
  ...[
    'shared',
    'lab',
    'main',
    'preload',
    'renderer',
    'lab/corpus',
    'lab/tasks/language',
    'lab/tasks/images',
  ].map((folder) => `src/${folder}/something.ts`),
  ...['src/lab/tasks/task.ts', 'bench/something.ts', 'scripts/something.ts'],
];

/** What the rules say of a project with these files, line by line; one look at all of them, for it takes seconds. */
function cruise(): string[] {
  const project = temporaryFolder();
  for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json'])
    cpSync(path.join(ROOT, file), path.join(project, file));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(project, 'node_modules'));
  const write = (file: string, text: string) => {
    const folder = path.join(project, path.dirname(file));
    mkdirSync(folder, { recursive: true });
    writeIn(folder, path.basename(file), text);
  };
  for (const file of PLAIN) write(file, 'export const something = 1;\n');
  for (const [file, text] of Object.entries(PROBES)) write(`src/${file}`, text);
  const args = ['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'];
  const { stdout } = spawnSync('npx', args, { cwd: project, encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes('→'));
}

describe('the layer rules', () => {
  const lines = cruise();
  /** What a rule refuses of a file. */
  const refused = (rule: string, file: string) =>
    lines
      .filter((line) => line.includes(`${rule}: src/${file} →`))
      .map((line) => line.split('→ ')[1].trim())
      .sort();

  it('refuse an import upwards from shared, also through # paths, and Node modules there', () => {
    expect(refused('shared-is-the-bottom', 'shared/probe.ts')).toEqual(['src/lab/something.ts']);
    expect(refused('no-node-in-the-window', 'shared/probe.ts')).toEqual(['fs']);
  });

  it('refuse the database and the host in the lab', () => {
    expect(refused('lab-is-the-science', 'lab/probe.ts')).toHaveLength(2);
  });

  it('let only what fetches models know the Hub', () => {
    expect(refused('one-way-to-the-network', 'main/runs/hub.ts')).toHaveLength(1);
    expect(refused('one-way-to-the-network', 'main/network/hub.ts')).toEqual([]);
  });

  it('let the renderer see shared and nothing else, in Svelte components too', () => {
    const rule = 'renderer-talks-to-the-api';
    expect(refused(rule, 'renderer/probe.ts')).toEqual(['src/lab/something.ts', 'src/main/something.ts']);
    expect(refused(rule, 'renderer/Probe.svelte')).toEqual(['src/lab/something.ts']);
    expect(refused('no-node-in-the-window', 'renderer/Probe.svelte')).toEqual(['fs']);
  });

  it('give the preload script Electron and the contract, nothing else', () => {
    expect(refused('preload-bridges-only', 'preload/probe.ts')).toHaveLength(3);
  });

  it('keep benchmarks and scripts out of what ships', () => {
    expect(refused('no-tests-in-code', 'main/probe.ts')).toHaveLength(2);
  });

  it.each(TASKLESS)('keep %s free of any one kind of task', (layer) => {
    expect(refused('tasks-stand-behind-one-interface', `${layer}/tasks.ts`)).toEqual([
      'src/lab/corpus/something.ts',
      'src/lab/tasks/language/something.ts',
    ]);
  });

  it('keep one kind of task from another', () => {
    expect(refused('one-table-of-tasks', 'lab/tasks/language/probe.ts')).toEqual([
      'src/lab/tasks/images/something.ts',
    ]);
  });

  it('let downward imports pass', () => {
    expect(lines.filter((line) => line.includes('/allowed.ts'))).toEqual([]);
  });
});
