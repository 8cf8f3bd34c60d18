/** The lint rule behind the layers: it must catch what it is there for. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeIn } from './credence.ts';

const ROOT = path.join(import.meta.dirname, '..');

/** What the rule says of a project that has one file, in this layer. */
function violations(layer: string, source: string): string {
  const project = temporaryFolder();
  for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json'])
    cpSync(path.join(ROOT, file), path.join(project, file));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(project, 'node_modules'));
  for (const other of ['shared', 'lab', 'main', 'renderer']) {
    mkdirSync(path.join(project, 'src', other), { recursive: true });
    writeIn(path.join(project, 'src', other), 'something.ts', 'export const something = 1;\n');
  }
  writeIn(path.join(project, 'src', layer), 'probe.ts', source);
  const cruise = ['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'];
  const { stdout, stderr } = spawnSync('npx', cruise, { cwd: project, encoding: 'utf8' });
  return stdout + stderr;
}

describe('the layer rule', () => {
  it('refuses an import upwards from shared, also through # paths, and Node modules there', () => {
    const found = violations('shared', "import '#lab/something.ts';\nimport 'node:fs';\n");
    expect(found.match(/error shared-is-the-bottom/g)).toHaveLength(2);
  });

  it('refuses the database and the host in the lab', () => {
    const found = violations('lab', "import 'better-sqlite3';\nimport '#main/something.ts';\n");
    expect(found.match(/error lab-is-the-science/g)).toHaveLength(2);
  });

  it('lets the renderer see shared and nothing else', () => {
    const source =
      "import '#shared/something.ts';\nimport '#lab/something.ts';\nimport '../main/something.ts';\n";
    expect(violations('renderer', source).match(/error renderer-talks-to-the-api/g)).toHaveLength(2);
  });

  it('lets downward imports pass', () => {
    const source = "import '#shared/something.ts';\nimport '#lab/something.ts';\n";
    expect(violations('main', source)).toContain('no dependency violations');
  });
});
