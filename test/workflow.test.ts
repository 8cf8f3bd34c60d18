/** The file that GitHub runs: it parses, every action is pinned, and what it runs is there. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = path.join(import.meta.dirname, '..');
const text = readFileSync(path.join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8');

interface Step {
  uses?: string;
  run?: string;
  with?: { path?: string };
}
interface Job {
  'runs-on': string;
  'timeout-minutes'?: number;
  strategy?: { matrix: { include: { os: string; arch: string }[] } };
  steps: Step[];
}
const { jobs, permissions } = parse(text) as { jobs: Record<string, Job>; permissions: object };
const steps = Object.values(jobs).flatMap((job) => job.steps);

describe('the release workflow', () => {
  it('pins every action to a commit, and may only read', () => {
    const used = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
    expect(permissions).toEqual({ contents: 'read' });
  });

  it('runs scripts that package.json has, and ends by itself', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: object;
    };
    const named = steps.flatMap(({ run = '' }) =>
      [...run.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name),
    );
    expect(named).toEqual(expect.arrayContaining(['build', 'package', 'package:check']));
    for (const name of named) expect(scripts).toHaveProperty([name!]);
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('packages on the three systems, for both kinds of Mac', () => {
    const systems = jobs['package']?.strategy?.matrix.include.map(
      ({ os, arch }) => `${os.split('-')[0]} ${arch}`,
    );
    expect(systems).toEqual(['ubuntu x64', 'macos arm64', 'macos x64', 'windows x64']);
  });
});
