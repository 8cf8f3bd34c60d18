/** The lint rule behind the layers: it must catch what it is there for. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeIn } from './credence.ts';

const ROOT = path.join(import.meta.dirname, '..');
/** Inside src/, since the rules go by path; removed at the end. */
const PROBES = { shared: 'src/shared/layer-probe', lab: 'src/lab/layer-probe' };

function violations(folder: string): string {
  const command = ['depcruise', folder, '--config', '.dependency-cruiser.cjs', '--output-type', 'err'];
  const { stdout, stderr } = spawnSync('npx', command, { cwd: ROOT, encoding: 'utf8' });
  return stdout + stderr;
}

describe('the layer rule', () => {
  const remove = () => {
    for (const folder of Object.values(PROBES))
      rmSync(path.join(ROOT, folder), { recursive: true, force: true });
  };
  beforeAll(() => {
    for (const folder of Object.values(PROBES)) mkdirSync(path.join(ROOT, folder), { recursive: true });
  });
  afterAll(remove);

  it('refuses an import upwards from shared, also through # paths, and Node modules there', () => {
    writeIn(path.join(ROOT, PROBES.shared), 'up.ts', "import '#lab/corpus/texts.ts';\nimport 'node:fs';\n");
    expect(violations(PROBES.shared).match(/error shared-is-the-bottom/g)).toHaveLength(2);
  });

  it('refuses the database in the lab', () => {
    writeIn(
      path.join(ROOT, PROBES.lab),
      'db.ts',
      "import 'better-sqlite3';\nimport '#main/history/history.ts';\n",
    );
    expect(violations(PROBES.lab)).toMatch(/error lab-is-the-science/);
  });
});
