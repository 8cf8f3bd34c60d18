/** The lint rule behind the layers: it must catch what it is there for. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeIn } from './credence.ts';

const ROOT = path.join(import.meta.dirname, '..');

/** What the rules say of a project that has one file, in this layer. */
function violations(layer: string, source: string, name = 'probe.ts'): string {
  const project = temporaryFolder();
  for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json'])
    cpSync(path.join(ROOT, file), path.join(project, file));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(project, 'node_modules'));
  for (const other of ['shared', 'lab', 'main', 'preload', 'renderer']) {
    mkdirSync(path.join(project, 'src', other), { recursive: true });
    writeIn(path.join(project, 'src', other), 'something.ts', 'export const something = 1;\n');
  }
  for (const folder of ['bench', 'scripts']) {
    mkdirSync(path.join(project, folder));
    writeIn(path.join(project, folder), 'something.ts', 'export const something = 1;\n');
  }
  writeIn(path.join(project, 'src', layer), name, source);
  const cruise = ['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'];
  const { stdout, stderr } = spawnSync('npx', cruise, { cwd: project, encoding: 'utf8' });
  return stdout + stderr;
}

describe('the layer rule', () => {
  it('refuses an import upwards from shared, also through # paths, and Node modules there', () => {
    const found = violations('shared', "import '#lab/something.ts';\nimport 'node:fs';\n");
    expect(found.match(/error shared-is-the-bottom/g)).toHaveLength(1);
    expect(found.match(/error no-node-in-the-window/g)).toHaveLength(1);
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

  it('looks into Svelte components', () => {
    const script = "import { something } from '#lab/something.ts';\n  import fs from 'node:fs';";
    const source = `<script lang="ts">\n  ${script}\n  const x: number = something;\n</script>\n{x}{fs}\n`;
    const found = violations('renderer', source, 'Probe.svelte');
    expect(found).toMatch(/error renderer-talks-to-the-api: src\/renderer\/Probe\.svelte → src\/lab/);
    expect(found).toMatch(/error no-node-in-the-window: src\/renderer\/Probe\.svelte → fs/);
  });

  it('gives the preload script Electron and the contract, nothing else', () => {
    const allowed = "import '#shared/something.ts';\nimport 'electron';\n";
    expect(violations('preload', allowed)).toContain('no dependency violations');
    const source = "import '#main/something.ts';\nimport '../renderer/something.ts';\nimport 'zod';\n";
    expect(violations('preload', source).match(/error preload-bridges-only/g)).toHaveLength(3);
  });

  it('keeps benchmarks and scripts out of what ships', () => {
    const source = "import '../../bench/something.ts';\nimport '../../scripts/something.ts';\n";
    expect(violations('main', source).match(/error no-tests-in-code/g)).toHaveLength(2);
  });

  it('lets downward imports pass', () => {
    const source = "import '#shared/something.ts';\nimport '#lab/something.ts';\n";
    expect(violations('main', source)).toContain('no dependency violations');
  });
});
